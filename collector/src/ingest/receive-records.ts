import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Accepted } from '../api/prediction.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { FileTable } from '../store/file-tables.ts';
import { RowBinaryWriter } from './row-binary.ts';
import type { SentRecord } from './sent-record.ts';
import type { Spool } from './spool.ts';
import { Turnstile } from './turnstile.ts';

/** A request of rows, already decompressed. */
export interface RecordsRequest {
  readonly body: Uint8Array;
  /** Parameters, as `; charset=utf-8`, are passed over. */
  readonly contentType: string;
  readonly now: Date;
  /** With `write` any past is accepted. */
  readonly scopes: readonly string[];
}

/** Takes rows; resolves when all of them are on disk. A request with one bad row is refused as a whole. */
export type ReceiveRecords = (request: RecordsRequest) => Promise<Accepted>;

/** What tells one kind of rows from another. */
export interface RecordsKind {
  readonly table: FileTable;
  /** Readers by content type. */
  readonly readers: Readonly<Record<string, (body: Uint8Array) => Iterable<SentRecord> | AsyncIterable<SentRecord>>>;
  /** Checks a row and writes it. @throws PrumoError */
  readonly write: (writer: RowBinaryWriter, record: SentRecord, request: RecordsRequest) => void;
}

/** Settings of a receiver. */
export interface RecordsOptions {
  readonly spool: Pick<Spool, 'assertRoom' | 'append'>;
  /** Most rows of one request. Default 100,000. */
  readonly maxRows?: number;
  /** Ids are kept as their keyed hash (`keyId`). Default: as they are sent. */
  readonly idKey?: string | undefined;
}

const MAX_ROWS = 100_000;

/** Rows handled in one turn of the event loop: about 2 ms. */
const ROWS_PER_TURN = 200;
/** Rows are handed to the spool in pieces of about this size. */
const PIECE_BYTES = 2 ** 20;

/**
 * Creates a receiver: read, check all, spool.
 *
 * It throws `PRUMO_CONTENT_TYPE_UNKNOWN`, `PRUMO_LIMIT_EXCEEDED` and what reader and check throw, and the retryable
 * `PRUMO_SPOOL_FULL` and `PRUMO_SPOOL_FAILED` (to be sent again unchanged). Of such a request nothing is kept, or, where the
 * disk fails, nothing that sending it again does not replace.
 */
export function createRecordsReceiver(
  { table, readers, write }: RecordsKind,
  { spool, maxRows = MAX_ROWS }: RecordsOptions,
): ReceiveRecords {
  const writer = new RowBinaryWriter();
  // One request is read at a time: many at once would each take a turn of the event loop before it serves others.
  const reading = new Turnstile();

  const readAll = async (request: RecordsRequest): Promise<{ pieces: Uint8Array[]; accepted: number }> => {
    const pieces: Uint8Array[] = [];
    let accepted = 0;
    writer.clear();
    for await (const record of chooseReader(readers, request.contentType)(request.body)) {
      if (++accepted > maxRows) {
        throw new PrumoError('PRUMO_LIMIT_EXCEEDED', `${record.place}: a request holds at most ${maxRows} rows`);
      }
      write(writer, record, request);
      if (accepted % ROWS_PER_TURN === 0) await nextTurn();
      if (writer.length >= PIECE_BYTES) pieces.push(writer.take());
    }
    if (writer.length > 0) pieces.push(writer.take());
    return { pieces, accepted };
  };

  return async (request) => {
    spool.assertRoom(0);
    const leave = await reading.enter();
    const { pieces, accepted } = await readAll(request).finally(leave);
    await spool.append(table, ...pieces);
    return { accepted };
  };
}

function chooseReader(readers: RecordsKind['readers'], contentType: string): RecordsKind['readers'][string] {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (reader !== undefined) return reader;
  const given = JSON.stringify(contentType.slice(0, 80));
  const message = `content type ${given} is not accepted here; ${Object.keys(readers).join(', ')} are`;
  throw new PrumoError('PRUMO_CONTENT_TYPE_UNKNOWN', message);
}
