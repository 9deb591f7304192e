import { createHash } from 'node:crypto';
import { mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { isRetryable } from '../errors/prumo-error.ts';
import { plainPath } from '../store/plain-path.ts';
import type { FileTable, Store } from '../store/store.ts';
import type { SegmentContent } from './segment-file.ts';
import type { SealedSegment, Spool } from './spool.ts';

/** Settings of a storer. */
export interface StorerOptions {
  readonly spool: Spool;
  readonly store: Pick<Store, 'insertFile'>;
  /** Absolute path of a folder for files in passing; made when missing. */
  readonly folder: string;
  /** First pause after a failure; it doubles up to 30 s. Default 100 ms. */
  readonly retryMs?: number;
  /** Told of each failure: the segment is tried again, or set aside. */
  readonly onError?: (error: unknown, fate: 'retry' | 'set aside') => void;
}

const LONGEST_RETRY_MS = 30_000;

/** Brings sealed segments into the store, oldest first, one at a time; each is deleted when its rows are stored. */
export class Storer {
  /** Segments stored, attempts that failed, segments set aside. */
  readonly counts = { stored: 0, failures: 0, setAside: 0 };
  readonly #options: StorerOptions;
  readonly #folder: string;
  readonly #stopping = new AbortController();
  #queue: SealedSegment[] = [];
  #run: Promise<void> | undefined;

  private constructor(options: StorerOptions) {
    this.#options = options;
    this.#folder = join(plainPath(options.folder), 'storing');
  }

  /** Starts with what an earlier process has left in the spool. */
  static async start(options: StorerOptions): Promise<Storer> {
    const storer = new Storer(options);
    await mkdir(storer.#folder, { recursive: true });
    for (const name of await readdir(storer.#folder)) await unlink(join(storer.#folder, name));
    options.spool.subscribe((segment) => storer.#add(segment));
    return storer;
  }

  /** Resolves when all that was acknowledged before is stored or set aside; waits as long as the store is down. */
  async drain(): Promise<void> {
    await this.#options.spool.seal();
    await this.#run;
  }

  /** Stops after the insert in hand; what is not stored stays in the spool for the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#run;
  }

  #add(segment: SealedSegment): void {
    this.#queue.push(segment);
    this.#run ??= this.#work();
  }

  async #work(): Promise<void> {
    for (let segment = this.#queue[0]; segment !== undefined; segment = this.#queue[0]) {
      if (!(await this.#settle(segment))) break;
      this.#queue.shift();
    }
    this.#run = undefined;
  }

  /** Tries until the segment is stored or set aside; false when stopped before. */
  async #settle(segment: SealedSegment): Promise<boolean> {
    const { spool, retryMs = 100, onError } = this.#options;
    for (let pauseMs = retryMs; !this.#stopping.signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_RETRY_MS)) {
      try {
        await this.#store(await spool.read(segment));
        await spool.remove(segment);
        this.counts.stored++;
        return true;
      } catch (error) {
        this.counts.failures++;
        if (!isRetryable(error) && (await this.#setAside(segment, error))) return true;
        onError?.(error, 'retry');
        await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
    return false;
  }

  /** Whether the segment could be set aside; if not, it is tried again. */
  async #setAside(segment: SealedSegment, reason: unknown): Promise<boolean> {
    try {
      await this.#options.spool.setAside(segment, reason);
    } catch {
      return false;
    }
    this.counts.setAside++;
    this.#options.onError?.(reason, 'set aside');
    return true;
  }

  async #store(content: SegmentContent): Promise<void> {
    for (const table of new Set(content.frames.map((frame) => frame.table))) await this.#storeTable(content, table);
  }

  async #storeTable(content: SegmentContent, table: FileTable): Promise<void> {
    const payloads = content.frames.filter((frame) => frame.table === table).map((frame) => frame.payload);
    const hash = createHash('sha256');
    for (const payload of payloads) {
      hash.update(payload);
      await nextTurn();
    }
    // Content and name: the same rows in two segments are two inserts, one segment tried twice is one.
    const token = `${hash.digest('hex')}-${content.uuid}`;
    const path = join(this.#folder, `${content.uuid}.${table}.rowbinary`);
    const file = await open(path, 'w');
    try {
      for (const payload of payloads) await file.writeFile(payload);
    } finally {
      await file.close();
    }
    try {
      await this.#options.store.insertFile(table, path, token);
    } finally {
      await unlink(path);
    }
  }
}
