import { scaleReduction } from './exponential-mapping.ts';
import type { ExponentialBuckets, ExponentialHistogram } from './profile.ts';

/** No bucket at all. */
export const NO_BUCKETS: ExponentialBuckets = { offset: 0, counts: new Float64Array(0) };

/**
 * Adds histograms of one layout, at the highest scale at which each sign of the sum fits the layout's `maxBuckets`.
 * As the scale of a histogram is the highest that its values fit, the sum of parts is the histogram of the whole.
 */
export function mergeExponential(a: ExponentialHistogram, b: ExponentialHistogram): ExponentialHistogram {
  const scale = commonScale(a, b);
  return {
    layout: a.layout,
    scale,
    zeroCount: a.zeroCount + b.zeroCount,
    positive: addBuckets(coarsen(a.positive, a.scale - scale), coarsen(b.positive, b.scale - scale)),
    negative: addBuckets(coarsen(a.negative, a.scale - scale), coarsen(b.negative, b.scale - scale)),
  };
}

/** Found from the ranges alone: at the scale of small values next to huge ones the buckets would not fit in memory. */
function commonScale(a: ExponentialHistogram, b: ExponentialHistogram): number {
  const shared = Math.min(a.scale, b.scale, a.layout.maxScale);
  let reduction = 0;
  for (const sign of ['positive', 'negative'] as const) {
    let low = Infinity;
    let high = -Infinity;
    for (const part of [a, b]) {
      const { offset, counts } = trim(part[sign]);
      if (counts.length === 0) continue;
      low = Math.min(low, offset >> (part.scale - shared));
      high = Math.max(high, (offset + counts.length - 1) >> (part.scale - shared));
    }
    if (low <= high) reduction = Math.max(reduction, scaleReduction(low, high, a.layout.maxBuckets));
  }
  return shared - reduction;
}

/** The same counts `by` scales lower: each step joins the buckets 2i and 2i + 1 to i. Empty outer buckets are cut off. */
export function coarsen(buckets: ExponentialBuckets, by: number): ExponentialBuckets {
  const { offset, counts } = trim(buckets);
  if (by === 0 || counts.length === 0) return { offset, counts };
  const low = offset >> by;
  const joined = new Float64Array(((offset + counts.length - 1) >> by) - low + 1);
  for (let i = 0; i < counts.length; i++) joined[((offset + i) >> by) - low]! += counts[i]!;
  return { offset: low, counts: joined };
}

/** Values (zeros too) that a histogram counts. */
export function countExponential(histogram: ExponentialHistogram): number {
  return histogram.zeroCount + total(histogram.positive.counts) + total(histogram.negative.counts);
}

/** Sum of counts. */
export function total(counts: Float64Array): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function trim(buckets: ExponentialBuckets): ExponentialBuckets {
  const { offset, counts } = buckets;
  let start = 0;
  let end = counts.length;
  while (start < end && counts[start] === 0) start++;
  while (end > start && counts[end - 1] === 0) end--;
  if (start === end) return NO_BUCKETS;
  return end - start === counts.length ? buckets : { offset: offset + start, counts: counts.slice(start, end) };
}

function addBuckets(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  if (a.counts.length === 0) return b;
  if (b.counts.length === 0) return a;
  const low = Math.min(a.offset, b.offset);
  const high = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  const counts = new Float64Array(high - low);
  counts.set(a.counts, a.offset - low);
  for (let i = 0; i < b.counts.length; i++) counts[b.offset - low + i]! += b.counts[i]!;
  return { offset: low, counts };
}
