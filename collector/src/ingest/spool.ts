import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PrumoError, toPrumoError } from '../errors/prumo-error.ts';
import type { FileTable } from '../store/file-tables.ts';
import { plainPath } from '../store/plain-path.ts';
import {
  decodeSegment,
  encodeFrame,
  encodeHeader,
  FRAME_OVERHEAD_BYTES,
  HEADER_BYTES,
  type SegmentContent,
} from './segment-file.ts';

/** Settings of a spool. */
export interface SpoolOptions {
  /** Absolute path; `spool` and `dead-letter` are made below it. */
  readonly folder: string;
  /** Most bytes on disk that wait for the store. Default 1 GiB. */
  readonly maxBytes?: number;
  /** A segment is sealed at this size. Default 8 MiB. */
  readonly segmentBytes?: number;
  /** A segment is sealed at this age, counted from its first frame. Default 1,000 ms. */
  readonly sealAfterMs?: number;
}

/** A segment that grows no more. */
export interface SealedSegment {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

interface ActiveSegment {
  readonly uuid: string;
  readonly name: string;
  readonly path: string;
  readonly file: FileHandle;
  bytes: number;
}

interface Append {
  readonly table: FileTable;
  readonly payloads: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: PrumoError) => void;
}

/**
 * Rows that were acknowledged and wait for the store: append-only files, fsynced before the promise of `append` resolves.
 *
 * Appends that come while a sync is under way share the next one.
 */
export class Spool {
  /** Torn tails that were cut and damaged segments that were set aside when the spool was opened. */
  readonly found = { tornTails: 0, damaged: 0 };
  readonly #folder: string;
  readonly #deadFolder: string;
  readonly #maxBytes: number;
  readonly #segmentBytes: number;
  readonly #sealAfterMs: number;
  readonly #waiting: SealedSegment[] = [];
  #listener: ((segment: SealedSegment) => void) | undefined;
  #active: ActiveSegment | undefined;
  #pending: Append[] = [];
  /** Writes and seals, one after another. */
  #tail: Promise<void> = Promise.resolve();
  #isWriteQueued = false;
  #timer: NodeJS.Timeout | undefined;
  #sequence = 0;
  #bytes = 0;
  #isClosed = false;

  private constructor(options: SpoolOptions) {
    this.#folder = join(plainPath(options.folder), 'spool');
    this.#deadFolder = join(options.folder, 'dead-letter');
    this.#maxBytes = options.maxBytes ?? 2 ** 30;
    this.#segmentBytes = options.segmentBytes ?? 8 * 2 ** 20;
    this.#sealAfterMs = options.sealAfterMs ?? 1000;
  }

  /**
   * Opens the spool of a folder, with what an earlier process has left in it.
   *
   * A torn tail was never acknowledged and is cut. Of a segment with damage before good frames a copy is kept in
   * `dead-letter`, and its good frames are stored. Throws `PRUMO_FORMAT_NEWER` where a newer Prumo wrote a segment.
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(options);
    await mkdir(spool.#folder, { recursive: true });
    await mkdir(spool.#deadFolder, { recursive: true });
    await syncFolder(options.folder);
    await spool.#replay();
    return spool;
  }

  /** Bytes that wait for the store. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Throws the retryable `PRUMO_SPOOL_FULL` where so many more bytes do not fit. */
  assertRoom(bytes: number): void {
    if (this.#bytes + bytes <= this.#maxBytes) return;
    throw new PrumoError('PRUMO_SPOOL_FULL', `The spool holds ${this.#bytes} of at most ${this.#maxBytes} bytes.`);
  }

  /** Keeps rows (RowBinary) of a table, all pieces or none; resolves when they are on disk. They must not change until then. */
  append(table: FileTable, ...payloads: readonly Uint8Array[]): Promise<void> {
    if (payloads.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new PrumoError('PRUMO_NOT_READY', 'The spool is closed.');
      const bytes = payloads.reduce((sum, { length }) => sum + FRAME_OVERHEAD_BYTES + table.length + length, 0);
      this.assertRoom(bytes);
      this.#bytes += bytes;
      this.#pending.push({ table, payloads, bytes, resolve, reject });
      if (this.#isWriteQueued) return;
      this.#isWriteQueued = true;
      void this.#enqueue(() => this.#write());
    });
  }

  /** Seals the segment in hand, if it has frames; resolves when all that was appended before is in sealed segments. */
  seal(): Promise<void> {
    return this.#enqueue(() => this.#sealActive());
  }

  /** Has each sealed segment told, oldest first; those that wait at once. */
  subscribe(listener: (segment: SealedSegment) => void): void {
    this.#listener = listener;
    for (const segment of this.#waiting.splice(0)) listener(segment);
  }

  /** The content of a sealed segment. Throws `PRUMO_SPOOL_CORRUPT` where it cannot be read. */
  async read(segment: SealedSegment): Promise<SegmentContent> {
    const content = decodeSegment(await readFile(segment.path));
    if (content === undefined)
      throw new PrumoError('PRUMO_SPOOL_CORRUPT', `${segment.name} is shorter than its header.`);
    return content;
  }

  /** Deletes a segment whose rows are stored. */
  async remove(segment: SealedSegment): Promise<void> {
    await unlink(segment.path);
    this.#bytes -= segment.bytes;
  }

  /** Moves a segment that can never be stored to `dead-letter`, with the reason beside it. */
  async setAside(segment: SealedSegment, reason: unknown): Promise<void> {
    await this.#writeReason(segment.name, reason);
    await rename(segment.path, join(this.#deadFolder, segment.name));
    await syncFolder(this.#deadFolder);
    this.#bytes -= segment.bytes;
  }

  /** Ends appending and seals what is in hand. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.seal();
  }

  async #replay(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.segment')).sort();
    for (const name of names) {
      this.#sequence = Math.max(this.#sequence, Number.parseInt(name, 10) || 0);
      const segment = await this.#recover(name);
      if (segment === undefined) continue;
      this.#bytes += segment.bytes;
      this.#waiting.push(segment);
    }
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const run = this.#tail.then(work);
    this.#tail = run.catch(() => undefined);
    return run;
  }

  /** Writes all that is pending with one sync. */
  async #write(): Promise<void> {
    this.#isWriteQueued = false;
    const batch = this.#pending;
    this.#pending = [];
    try {
      const active = (this.#active ??= await this.#create());
      const buffers = batch.flatMap(({ table, payloads }) =>
        payloads.flatMap((payload) => encodeFrame(active.uuid, table, payload)),
      );
      const bytes = batch.reduce((sum, append) => sum + append.bytes, 0);
      await writeAll(active.file, buffers, active.bytes);
      await active.file.datasync();
      active.bytes += bytes;
    } catch (error) {
      await this.#abandon(batch, error);
      return;
    }
    for (const append of batch) append.resolve();
    if (this.#active.bytes >= this.#segmentBytes) await this.#sealActive();
  }

  /** After a failed write the segment ends where it was good: its later bytes may or may not be on disk. */
  async #abandon(batch: readonly Append[], cause: unknown): Promise<void> {
    for (const append of batch) this.#bytes -= append.bytes;
    const text = cause instanceof Error ? cause.message : String(cause);
    const error = new PrumoError('PRUMO_SPOOL_FAILED', `The spool could not be written: ${text}`, { cause });
    // Where even cutting fails, unacknowledged rows may be stored: sent again, they replace themselves.
    await this.#active?.file.truncate(this.#active.bytes).catch(() => undefined);
    await this.#sealActive();
    for (const append of batch) append.reject(error);
  }

  async #create(): Promise<ActiveSegment> {
    const uuid = randomUUID();
    const name = `${String(++this.#sequence).padStart(12, '0')}-${uuid}.segment`;
    const path = join(this.#folder, name);
    const file = await open(path, 'wx');
    try {
      await writeAll(file, [encodeHeader(uuid)], 0);
      await file.datasync();
      await syncFolder(this.#folder);
    } catch (error) {
      await file.close();
      await unlink(path).catch(() => undefined);
      throw error;
    }
    this.#timer = setTimeout(() => void this.seal(), this.#sealAfterMs).unref();
    this.#bytes += HEADER_BYTES;
    return { uuid, name, path, file, bytes: HEADER_BYTES };
  }

  async #sealActive(): Promise<void> {
    const active = this.#active;
    if (active === undefined) return;
    this.#active = undefined;
    clearTimeout(this.#timer);
    await active.file.close().catch(() => undefined);
    const segment = { path: active.path, name: active.name, bytes: active.bytes };
    if (this.#listener === undefined) this.#waiting.push(segment);
    else this.#listener(segment);
  }

  async #recover(name: string): Promise<SealedSegment | undefined> {
    const path = join(this.#folder, name);
    const bytes = await readFile(path);
    let content: SegmentContent | undefined;
    try {
      content = decodeSegment(bytes);
    } catch (error) {
      if (toPrumoError(error).code === 'PRUMO_FORMAT_NEWER') throw error;
      this.found.damaged++;
      this.#bytes += bytes.length;
      await this.setAside({ path, name, bytes: bytes.length }, error);
      return undefined;
    }
    if (content === undefined || content.goodBytes < bytes.length) this.found.tornTails++;
    if (content === undefined) {
      await unlink(path);
      return undefined;
    }
    if (content.damaged.length > 0) {
      this.found.damaged++;
      await writeFile(join(this.#deadFolder, name), bytes, { flush: true });
      const ranges = content.damaged.map(({ from, to }) => `${from}-${to}`).join(', ');
      await this.#writeReason(
        name,
        new PrumoError('PRUMO_SPOOL_CORRUPT', `Damaged bytes: ${ranges}; the rest is stored.`),
      );
    }
    if (content.goodBytes < bytes.length) await truncate(path, content.goodBytes);
    return { path, name, bytes: content.goodBytes };
  }

  async #writeReason(name: string, reason: unknown): Promise<void> {
    const { code, message } = toPrumoError(reason);
    const text = JSON.stringify({ segment: name, code, message, at: new Date().toISOString() }, null, 2);
    await writeFile(join(this.#deadFolder, `${name}.reason.json`), text, { flush: true });
  }
}

async function writeAll(file: FileHandle, buffers: readonly Buffer[], position: number): Promise<void> {
  const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  const { bytesWritten } = await file.writev(buffers, position);
  if (bytesWritten === total) return;
  const rest = Buffer.concat(buffers).subarray(bytesWritten);
  for (let done = 0; done < rest.length;) {
    done += (await file.write(rest, done, rest.length - done, position + bytesWritten + done)).bytesWritten;
  }
}

/** Makes names in a folder survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
