import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { DropCounter } from './drop-counter.ts';

/** Points that are sent together, and again unchanged until they arrive or are dropped. */
export interface Batch {
  readonly metrics: ResourceMetrics;
  readonly pointCount: number;
  readonly sizeBytes: number;
  /** Monotonic time of its making. */
  readonly madeAtMs: number;
}

/** First in, first out; bounded in bytes and age. What does not fit or grows old is dropped, the oldest first, and counted. */
export class BatchQueue {
  readonly #batches: Batch[] = [];
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

  get length(): number {
    return this.#batches.length;
  }

  push(batch: Batch): void {
    this.#batches.push(batch);
    this.#sizeBytes += batch.sizeBytes;
    while (this.#sizeBytes > this.#maxBytes) this.#dropped.add('queue_full', this.#shift().pointCount);
  }

  /** The oldest batch that is young enough. */
  peek(nowMs: number): Batch | undefined {
    while (this.#batches.length > 0 && nowMs - this.#batches[0]!.madeAtMs > this.#maxAgeMs) {
      this.#dropped.add('queue_age', this.#shift().pointCount);
    }
    return this.#batches[0];
  }

  /** Takes a batch out, if it is still in. */
  remove(batch: Batch): void {
    const index = this.#batches.indexOf(batch);
    if (index < 0) return;
    this.#batches.splice(index, 1);
    this.#sizeBytes -= batch.sizeBytes;
  }

  /** Gives up on all that is left. */
  clear(): void {
    while (this.#batches.length > 0) this.#dropped.add('shutdown', this.#shift().pointCount);
  }

  #shift(): Batch {
    const batch = this.#batches.shift()!;
    this.#sizeBytes -= batch.sizeBytes;
    return batch;
  }
}
