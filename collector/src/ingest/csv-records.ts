import { CsvError, parse } from 'csv-parse';
import { pipeline, Readable } from 'node:stream';
import { explainUnknownName } from '../errors/check-input.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { SentRecord } from './sent-record.ts';

/** A record longer than this is taken for a quote that was never closed. */
const MAX_RECORD_CHARS = 2 ** 16;
const PIECE_BYTES = 2 ** 16;

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * The rows of a body of CSV after RFC 4180, with a header line, as objects of text; an empty cell is left out.
 *
 * @param columns that the header may name, in any order.
 * @throws PrumoError `PRUMO_INPUT_INVALID`, with the line.
 */
export async function* readCsvRecords(body: Uint8Array, columns: readonly string[]): AsyncGenerator<SentRecord> {
  const parser = parse({
    info: true,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARS,
  });
  const rows = pipeline(Readable.from(decodePieces(body)), parser, () => undefined) as AsyncIterable<ParsedRow>;
  let header: readonly string[] | undefined;
  let lastLine = 0;
  try {
    for await (const { record, info } of rows) {
      if (header === undefined) header = checkHeader(record, columns);
      // A record begins after the one before: `info.lines` names its last line.
      else yield { place: `line ${lastLine + 1}`, value: toObject(header, record) };
      lastLine = info.lines;
    }
  } catch (error) {
    throw error instanceof CsvError ? explain(error) : error;
  }
  if (header === undefined) throw invalid(`the body is empty; a header line is expected: ${columns.join(',')}`);
}

function* decodePieces(body: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let start = 0; start < body.length; start += PIECE_BYTES) {
      yield decoder.decode(body.subarray(start, start + PIECE_BYTES), { stream: true });
    }
    yield decoder.decode();
  } catch (cause) {
    throw invalid('the body is not UTF-8', cause);
  }
}

function checkHeader(names: readonly string[], columns: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw invalid(`line 1: ${explainUnknownName('column', unknown.slice(0, 100), columns)}`);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw invalid(`line 1: two columns are named "${repeated}"`);
  return names;
}

function toObject(header: readonly string[], record: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    header.map((name, i) => [name, record[i] ?? ''] as const).filter(([, cell]) => cell !== ''),
  );
}

function explain(error: CsvError): PrumoError {
  const { lines } = error as { readonly lines?: unknown };
  return invalid(`${typeof lines === 'number' ? `line ${lines}: ` : ''}${error.message}`, error);
}

function invalid(message: string, cause?: unknown): PrumoError {
  return new PrumoError('PRUMO_INPUT_INVALID', message, { cause });
}
