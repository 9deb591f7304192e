import { BATCH_ROWS, type Cell, type DataBatch } from './data-batch.ts';
import { dataError } from './data-error.ts';
import { readText } from './text-file.ts';

const MAX_LINE_CHARACTERS = 4_000_000;

/**
 * Batches of an NDJSON file: one JSON object per line, whose values are text, numbers, booleans or null. A key that a row
 * lacks is null there. Blank lines are skipped. Integers beyond 2^53 are kept whole, as bigint.
 *
 * @throws PrumoError `PRUMO_DATA_INVALID` with the line.
 */
export async function* readNdjson(path: string): AsyncGenerator<DataBatch> {
  const columns = new Map<string, number>();
  let values: Cell[][] = [];
  let lines: number[] = [];
  const closeBatch = (): DataBatch => {
    const placed = lines;
    for (const column of values) pad(column, placed.length);
    const batch = { columns: [...columns.keys()], values, rowCount: placed.length };
    lines = [];
    values = Array.from({ length: columns.size }, () => []);
    return { ...batch, placeOf: (row) => `line ${placed[row] ?? 0}` };
  };
  for await (const { text, line } of readLines(path)) {
    for (const [key, cell] of Object.entries(parseRow(path, line, text))) {
      let index = columns.get(key);
      if (index === undefined) {
        index = columns.size;
        columns.set(key, index);
        values.push([]);
      }
      const column = pad(values[index]!, lines.length);
      column.push(cell);
    }
    lines.push(line);
    if (lines.length === BATCH_ROWS) yield closeBatch();
  }
  if (lines.length > 0) yield closeBatch();
  else if (columns.size === 0) throw dataError(path, '', 'holds no rows; one JSON object per line is expected');
}

function pad(column: Cell[], length: number): Cell[] {
  while (column.length < length) column.push(null);
  return column;
}

/** Lines that hold something. Only line feeds end a line: JSON text may hold other separators. */
async function* readLines(path: string): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  let rest = '';
  let line = 0;
  for await (const chunk of readText(path)) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    for (const text of pieces) {
      line++;
      if (text.trim() !== '') yield { text, line };
    }
    if (rest.length > MAX_LINE_CHARACTERS) {
      throw dataError(
        path,
        `line ${line + 1}`,
        `is longer than ${MAX_LINE_CHARACTERS} characters; one row is expected`,
      );
    }
  }
  if (rest.trim() !== '') yield { text: rest, line: line + 1 };
}

function parseRow(path: string, line: number, text: string): Readonly<Record<string, Cell>> {
  const row = parseJson(path, line, text);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw dataError(
      path,
      `line ${line}`,
      'an object is expected, as {"age": 42}; one per line, without a list around them',
    );
  }
  for (const [key, value] of Object.entries(row)) {
    if (typeof value === 'object' && value !== null) {
      throw dataError(
        path,
        `line ${line}`,
        `"${key}" holds a list or an object; text, a number, a boolean or null is allowed`,
      );
    }
  }
  return row as Record<string, Cell>;
}

function parseJson(path: string, line: number, text: string): unknown {
  try {
    return /\d{16}/.test(text) ? (JSON.parse(text, keepInteger) as unknown) : (JSON.parse(text) as unknown);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw dataError(path, `line ${line}`, `is no JSON (${reason}); one object per line is expected`, cause);
  }
}

/** A reviver that keeps integers which a double cannot hold. */
function keepInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
