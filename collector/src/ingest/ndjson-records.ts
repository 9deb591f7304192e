import { PrumoError } from '../errors/prumo-error.ts';
import type { SentRecord } from './sent-record.ts';

/** Longest line. */
const MAX_LINE_BYTES = 2 ** 20;

const LINE_FEED = 10;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The rows of a body of NDJSON: one JSON value per line, blank lines are passed over.
 *
 * @throws PrumoError `PRUMO_JSON_MALFORMED`, `PRUMO_LIMIT_EXCEEDED`, with the line.
 */
export function* readNdjsonRecords(body: Uint8Array): Generator<SentRecord> {
  let line = 0;
  for (let start = 0; start < body.length;) {
    const found = body.indexOf(LINE_FEED, start);
    const end = found === -1 ? body.length : found;
    line++;
    if (end - start > MAX_LINE_BYTES) {
      throw new PrumoError('PRUMO_LIMIT_EXCEEDED', `line ${line} is longer than ${MAX_LINE_BYTES} bytes`);
    }
    const value = parseLine(body.subarray(start, end), line);
    if (value !== undefined) yield { place: `line ${line}`, value };
    start = end + 1;
  }
}

function parseLine(bytes: Uint8Array, line: number): unknown {
  try {
    const text = decoder.decode(bytes);
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? cause.message : 'it is not UTF-8';
    const message = `line ${line} is no JSON (${reason}); one object per line is expected`;
    throw new PrumoError('PRUMO_JSON_MALFORMED', message, { cause });
  }
}
