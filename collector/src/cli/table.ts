import { stripVTControlCharacters } from 'node:util';

/** A column of a table. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Default `left`. */
  readonly align?: 'left' | 'right';
}

/** Lines of a table: titles, then a line per row, two spaces between columns. Colors do not count as width. */
export function renderTable<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ text }) => oneLine(text(row)))),
  ];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => widthOf(cells[i] ?? ''))));
  return lines
    .map((cells) => {
      const padded = cells.map((cell, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - widthOf(cell));
        return columns[i]?.align === 'right' ? space + cell : cell + space;
      });
      return padded.join('  ').trimEnd();
    })
    .join('\n');
}

/** A short text of a number: three significant digits, or all of a whole number; `-` for null. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  if (Number.isInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  return magnitude >= 1000 || magnitude < 0.0005 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** Names come from data: a line end in one must not break the table. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ');
}
