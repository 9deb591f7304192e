import { exponentialIndex, scaleReduction } from './exponential-mapping.ts';
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
    this.#layout = layout;
    this.#scale = layout.maxScale;
    this.#positive = new BucketRing(layout.maxBuckets);
    this.#negative = new BucketRing(layout.maxBuckets);
  }

  /** Counts one finite value. */
  count(value: number): void {
    if (value > 0) this.#countMagnitude(this.#positive, value);
    else if (value < 0) this.#countMagnitude(this.#negative, -value);
    else this.#zeroCount++;
  }

  #countMagnitude(ring: BucketRing, magnitude: number): void {
    const index = exponentialIndex(magnitude, this.#scale);
    if (!ring.count(index)) this.#widen(ring, index);
  }

  /** Counts a bucket outside the ring's range: at a lower scale where the range would become too wide. */
  #widen(ring: BucketRing, index: number): void {
    const reduction = ring.reductionFor(index);
    if (reduction > 0) {
      this.#scale -= reduction;
      this.#positive.coarsen(reduction);
      this.#negative.coarsen(reduction);
    }
    ring.include(index >> reduction);
    ring.count(index >> reduction);
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
  #low = 0;
  /** Below `#low` while there is no bucket. */
  #high = -1;

  constructor(maxBuckets: number) {
    this.#maxBuckets = maxBuckets;
    const size = 2 ** Math.ceil(Math.log2(maxBuckets));
    this.#mask = size - 1;
    this.#counts = new Float64Array(size);
  }

  /** Counts a bucket, if it is in the range. */
  count(index: number): boolean {
    if (index < this.#low || index > this.#high) return false;
    (this.#counts[index & this.#mask] as number)++;
    return true;
  }

  /** Widens the range to a bucket. */
  include(index: number): void {
    const isEmpty = this.#low > this.#high;
    this.#low = isEmpty ? index : Math.min(index, this.#low);
    this.#high = isEmpty ? index : Math.max(index, this.#high);
  }

  /** By how many scales the buckets must be coarsened before this one fits. */
  reductionFor(index: number): number {
    if (this.#low > this.#high) return 0;
    return scaleReduction(Math.min(index, this.#low), Math.max(index, this.#high), this.#maxBuckets);
  }

  /** Joins buckets, `by` scales lower. */
  coarsen(by: number): void {
    if (this.#low > this.#high) return;
    const { offset, counts } = coarsen(this.snapshot(), by);
    this.#counts.fill(0);
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
    this.#low = 0;
    this.#high = -1;
    this.#counts.fill(0);
  }
}
