import { exponentialIndex, scaleReduction, validateExponential } from './exponential-mapping.ts';
import { coarsen, NO_BUCKETS } from './exponential-histogram.ts';
import type { ExponentialLayout } from './layout.ts';
import type { ExponentialBuckets, ExponentialHistogram } from './profile.ts';

/** Counts finite values in base-2 exponential buckets; the scale falls until the values fit. */
export class ExponentialCounter {
  readonly #layout: ExponentialLayout;
  #scale: number;
  #zeroCount = 0;
  readonly #positive: BucketRing;
  readonly #negative: BucketRing;

  constructor(layout: ExponentialLayout) {
    validateExponential(layout);
    this.#layout = layout;
    this.#scale = layout.maxScale;
    this.#positive = new BucketRing(layout.maxBuckets);
    this.#negative = new BucketRing(layout.maxBuckets);
  }

  /** Counts the first `length` values. */
  addBlock(values: Float64Array, length: number): void {
    for (let i = 0; i < length; i++) {
      const value = values[i] as number;
      if (value > 0) this.#count(this.#positive, value);
      else if (value < 0) this.#count(this.#negative, -value);
      else this.#zeroCount++;
    }
  }

  #count(ring: BucketRing, magnitude: number): void {
    let index = exponentialIndex(magnitude, this.#scale);
    const reduction = ring.reductionFor(index);
    if (reduction > 0) {
      this.#scale -= reduction;
      this.#positive.coarsen(reduction);
      this.#negative.coarsen(reduction);
      index >>= reduction;
    }
    ring.count(index);
  }

  snapshot(): ExponentialHistogram {
    return {
      layout: this.#layout,
      scale: this.#scale,
      zeroCount: this.#zeroCount,
      positive: this.#positive.snapshot(),
      negative: this.#negative.snapshot(),
    };
  }

  reset(): void {
    this.#scale = this.#layout.maxScale;
    this.#zeroCount = 0;
    this.#positive.reset();
    this.#negative.reset();
  }
}

/**
 * Counts of the buckets `low` to `high`, each at its index modulo the size of the ring: as they never span more than
 * `maxBuckets`, no two meet, and nothing moves when the range grows.
 */
class BucketRing {
  readonly #maxBuckets: number;
  readonly #mask: number;
  readonly #counts: Float64Array;
  #low = Infinity;
  #high = -Infinity;

  constructor(maxBuckets: number) {
    this.#maxBuckets = maxBuckets;
    const size = 2 ** Math.ceil(Math.log2(maxBuckets));
    this.#mask = size - 1;
    this.#counts = new Float64Array(size);
  }

  /** By how many scales the buckets must be coarsened before this one fits. */
  reductionFor(index: number): number {
    if (this.#low > this.#high || (index >= this.#low && index <= this.#high)) return 0;
    return scaleReduction(Math.min(index, this.#low), Math.max(index, this.#high), this.#maxBuckets);
  }

  count(index: number): void {
    if (index < this.#low) this.#low = index;
    if (index > this.#high) this.#high = index;
    this.#counts[index & this.#mask]!++;
  }

  coarsen(by: number): void {
    if (this.#low > this.#high) return;
    const { offset, counts } = coarsen(this.snapshot(), by);
    this.reset();
    this.#low = offset;
    this.#high = offset + counts.length - 1;
    for (const [i, count] of counts.entries()) this.#counts[(offset + i) & this.#mask] = count;
  }

  snapshot(): ExponentialBuckets {
    if (this.#low > this.#high) return NO_BUCKETS;
    const counts = new Float64Array(this.#high - this.#low + 1);
    for (let i = 0; i < counts.length; i++) counts[i] = this.#counts[(this.#low + i) & this.#mask]!;
    return { offset: this.#low, counts };
  }

  reset(): void {
    this.#low = Infinity;
    this.#high = -Infinity;
    this.#counts.fill(0);
  }
}
