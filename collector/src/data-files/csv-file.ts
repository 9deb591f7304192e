import { CsvError, parse, type Parser } from 'csv-parse';
import { pipeline } from 'node:stream';
import { BATCH_ROWS, type Cell, type DataBatch } from './data-batch.ts';
import { dataError } from './data-error.ts';
import { readText } from './text-file.ts';

/** A record longer than this is taken for a quote that was never closed. */
const MAX_RECORD_CHARACTERS = 1_000_000;

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Batches of a CSV file after RFC 4180: one header line, quotes may hold delimiters, quotes and line ends; LF or CRLF.
 * Blank lines are skipped, an empty cell is null.
 *
 * @throws PrumoError `PRUMO_DATA_INVALID` with the line, for a wrong number of cells, a stray or open quote, no header
 * or a column named twice.
 */
export async function* readCsv(path: string, delimiter: string): AsyncGenerator<DataBatch> {
  let columns: readonly string[] | undefined;
  let rows = startRows(0);
  let lastLine = 0;
  for await (const { record, info } of parseRows(path, delimiter)) {
    if (columns === undefined) {
      columns = checkHeader(path, record, delimiter);
      rows = startRows(columns.length);
    } else {
      // A record begins after the one before: `info.lines` names its last line.
      addRow(rows, record, lastLine + 1);
      if (rows.lines.length === BATCH_ROWS) {
        yield closeBatch(columns, rows);
        rows = startRows(columns.length);
      }
    }
    lastLine = info.lines;
  }
  if (columns === undefined) throw dataError(path, '', 'is empty; a header line with the names of columns is expected');
  if (rows.lines.length > 0) yield closeBatch(columns, rows);
}

async function* parseRows(path: string, delimiter: string): AsyncGenerator<Row> {
  const parser: Parser = parse({
    delimiter,
    info: true,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARACTERS,
  });
  let width = 0;
  const stream = pipeline(readText(path), parser, () => undefined);
  try {
    for await (const row of stream as AsyncIterable<Row>) {
      width = row.record.length;
      yield row;
    }
  } catch (error) {
    if (error instanceof CsvError) throw explain(path, error, width);
    throw error;
  }
}

interface Rows {
  readonly values: Cell[][];
  readonly lines: number[];
}

function startRows(width: number): Rows {
  return { values: Array.from({ length: width }, () => []), lines: [] };
}

function addRow({ values, lines }: Rows, record: readonly string[], line: number): void {
  for (const [i, column] of values.entries()) column.push(record[i] === '' ? null : (record[i] ?? null));
  lines.push(line);
}

function closeBatch(columns: readonly string[], { values, lines }: Rows): DataBatch {
  return { columns, values, rowCount: lines.length, placeOf: (row) => `line ${lines[row] ?? 0}` };
}

function checkHeader(path: string, names: readonly string[], delimiter: string): readonly string[] {
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw dataError(path, 'line 1', `two columns are named "${repeated}"; every column has a name of its own`);
  }
  const [only] = names;
  if (names.length === 1 && delimiter === ',' && only?.includes(';') === true) {
    throw dataError(path, 'line 1', 'cells seem to be separated by ";"; write the file with commas');
  }
  return names;
}

const EXPLAINED: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed; write a quote inside a cell twice, as ""',
  CSV_MAX_RECORD_SIZE:
    'a quote is opened and not closed within 1,000,000 characters; write a quote inside a cell twice',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote; write a quote inside a cell twice, as ""',
  INVALID_OPENING_QUOTE:
    'a quote inside an unquoted cell; put the whole cell in quotes and write the quote twice, as ""',
};

function explain(path: string, error: CsvError, width: number): Error {
  const facts = error as { readonly lines?: unknown; readonly record?: unknown };
  const place = typeof facts.lines === 'number' ? `line ${facts.lines}` : '';
  if (error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') {
    const found = Array.isArray(facts.record) ? `${facts.record.length} cells` : 'a wrong number of cells';
    return dataError(path, place, `${found}; the header has ${width} columns, and every row has as many`);
  }
  return dataError(path, place, EXPLAINED[error.code] ?? error.message, error);
}
