import type { DropCounter, DropReason } from './drop-counter.ts';
import type { PredictionBatch, RowSource } from './prediction-batch.ts';

/** Batches of rows, the open ones too; bounded in bytes and age. What does not fit or grows old is dropped, the oldest first, and counted. */
export class PredictionQueue {
  /** In order of age, each with its size when it was last looked at. */
  readonly #batches = new Map<PredictionBatch, number>();
  readonly #maxBytes: number;
  readonly #maxAgeMs: number;
  readonly #dropped: DropCounter;
  #sizeBytes = 0;

  constructor(maxBytes: number, maxAgeMs: number, dropped: DropCounter) {
    this.#maxBytes = maxBytes;
    this.#maxAgeMs = maxAgeMs;
    this.#dropped = dropped;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get rowCount(): number {
    return [...this.#batches.keys()].reduce((sum, { rowCount }) => sum + rowCount, 0);
  }

  push(batch: PredictionBatch): void {
    this.#batches.set(batch, 0);
    this.resize(batch);
  }

  /** To be called when the size of a batch has changed. */
  resize(batch: PredictionBatch): void {
    const before = this.#batches.get(batch);
    if (before === undefined) return;
    this.#batches.set(batch, batch.sizeBytes);
    this.#sizeBytes += batch.sizeBytes - before;
    while (this.#sizeBytes > this.#maxBytes) this.drop(this.#oldest()!, 'predictions_queue_full');
  }

  expire(nowMs: number): void {
    for (let oldest = this.#oldest(); oldest !== undefined; oldest = this.#oldest()) {
      if (nowMs - oldest.madeAtMs <= this.#maxAgeMs) return;
      this.drop(oldest, 'predictions_queue_age');
    }
  }

  #oldest(): PredictionBatch | undefined {
    return this.#batches.keys().next().value;
  }

  closeAll(): void {
    for (const batch of this.#batches.keys()) batch.close();
  }

  /** The oldest batch that can be encoded now. */
  firstToEncode(): PredictionBatch | undefined {
    for (const batch of this.#batches.keys()) {
      if (!batch.isOpen && batch.encoded === undefined && batch.source.identity() !== undefined) return batch;
    }
    return undefined;
  }

  firstToSend(): PredictionBatch | undefined {
    for (const batch of this.#batches.keys()) if (batch.encoded !== undefined) return batch;
    return undefined;
  }

  /** Takes a batch out; false if it was dropped meanwhile. */
  remove(batch: PredictionBatch): boolean {
    const sizeBytes = this.#batches.get(batch);
    if (sizeBytes === undefined) return false;
    this.#batches.delete(batch);
    this.#sizeBytes -= sizeBytes;
    batch.close();
    return true;
  }

  /** Takes a batch out and counts its rows, if it is still in. */
  drop(batch: PredictionBatch, reason: DropReason): void {
    if (this.remove(batch)) this.#dropped.add(reason, batch.rowCount);
  }

  /** Gives up on the batches of one source. */
  dropAllOf(source: RowSource, reason: DropReason): void {
    for (const batch of [...this.#batches.keys()]) if (batch.source === source) this.drop(batch, reason);
  }

  /** Gives up on all that is left. */
  clear(): void {
    for (const batch of [...this.#batches.keys()]) this.drop(batch, 'predictions_shutdown');
  }
}
