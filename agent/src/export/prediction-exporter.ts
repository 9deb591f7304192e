import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { AgentConfig } from '../config.ts';
import { type Log, messageOf } from '../log.ts';
import type { PredictionConfig } from '../prediction-options.ts';
import { encodeRows, type RowConstants } from './arrow-rows.ts';
import type { DropCounter } from './drop-counter.ts';
import { PredictionBatch, type RowSource } from './prediction-batch.ts';
import { PredictionQueue } from './prediction-queue.ts';
import { type RowsResult, sendRows } from './prediction-sender.ts';
import { RetryClock } from './retry-clock.ts';

/** With more than this share of the queue in use, full batches do not wait for the flush. */
const PRESSURE = 1 / 4;

const pack = promisify(gzip);

/** Keeps rows, encodes them, and sends them until they arrive or are dropped. Its promises never reject. */
export class PredictionExporter {
  readonly options: PredictionConfig;
  readonly #config: AgentConfig;
  readonly #constants: RowConstants;
  readonly #queue: PredictionQueue;
  readonly #log: Log;
  readonly #retries = new RetryClock(() => void this.#work());
  #working: Promise<void> = Promise.resolve();
  #sentRows = 0;
  #isClosed = false;

  constructor(config: AgentConfig, options: PredictionConfig, dropped: DropCounter, log: Log) {
    this.options = options;
    this.#config = config;
    this.#constants = {
      environment: config.environment,
      weight: options.sampling > 0 ? 1 / options.sampling : 1,
      hashKey: options.hashKey,
    };
    this.#queue = new PredictionQueue(options.maxQueueBytes, config.maxQueueAgeMs, dropped);
    this.#log = log;
  }

  /** A new batch for the rows of a source, to be written to as long as it is open. */
  open(source: RowSource): PredictionBatch {
    const batch = new PredictionBatch(source, performance.now());
    this.#queue.push(batch);
    return batch;
  }

  /** To be called when rows were added to a batch. */
  grown(batch: PredictionBatch): void {
    this.#queue.resize(batch);
    if (!batch.isFull || !batch.isOpen) return;
    batch.close();
    if (this.#queue.sizeBytes <= this.options.maxQueueBytes * PRESSURE) return;
    // Not before the host has its answer.
    setImmediate(() => void this.#work());
  }

  /** Gives up on rows of which it will never be known which version made them. */
  discard(source: RowSource): void {
    this.#queue.dropAllOf(source, 'predictions_unidentified');
  }

  /** Encodes and sends all rows so far, unless the collector asked for patience. */
  send(): Promise<void> {
    this.#queue.closeAll();
    return this.#work();
  }

  /** One after the other: whoever waits has what was queued before dealt with. */
  #work(): Promise<void> {
    this.#working = this.#working.then(() => this.#workAll());
    return this.#working;
  }

  async #workAll(): Promise<void> {
    let isRefused = false;
    while (!this.#isClosed) {
      this.#queue.expire(performance.now());
      const ready: PredictionBatch | undefined =
        isRefused || !this.#retries.isDue ? undefined : this.#queue.firstToSend();
      if (ready?.encoded !== undefined) {
        const result = await sendRows(this.#config, ready.encoded as Uint8Array<ArrayBuffer>);
        isRefused = !this.#settle(ready, result);
      } else {
        const batch = this.#queue.firstToEncode();
        if (batch === undefined) return;
        await this.#encode(batch);
      }
      await nextTurn();
    }
  }

  async #encode(batch: PredictionBatch): Promise<void> {
    try {
      const identity = batch.source.identity();
      if (identity === undefined) return;
      const bytes = await encodeRows(batch, identity, this.#constants);
      batch.encode(await pack(bytes, { level: constants.Z_BEST_SPEED }));
      this.#queue.resize(batch);
    } catch (error) {
      this.#queue.drop(batch, 'predictions_unencodable');
      this.#log.once('encode', 'warn', `prediction rows cannot be encoded: ${messageOf(error)}`);
    }
  }

  /** Whether the next batch may be sent. */
  #settle(batch: PredictionBatch, result: RowsResult): boolean {
    if (result.kind === 'retryable') {
      this.#log.once('predictions', 'warn', `collector does not take predictions, they are kept: ${result.message}`);
      this.#retries.fail(result.retryAfterMs);
      return false;
    }
    this.#retries.succeed();
    if (result.kind === 'rejected') {
      this.#queue.drop(batch, 'predictions_rejected');
      this.#log.once('predictions rejected', 'warn', `collector rejects predictions: ${result.message}`);
      return true;
    }
    this.#log.over('predictions');
    if (this.#queue.remove(batch)) this.#sentRows += batch.rowCount;
    return true;
  }

  stats(): { queuedPredictions: number; queuedPredictionBytes: number; sentPredictions: number } {
    return {
      queuedPredictions: this.#queue.rowCount,
      queuedPredictionBytes: this.#queue.sizeBytes,
      sentPredictions: this.#sentRows,
    };
  }

  /** Gives up on what is left. */
  close(): void {
    this.#isClosed = true;
    this.#retries.close();
    this.#queue.clear();
  }
}
