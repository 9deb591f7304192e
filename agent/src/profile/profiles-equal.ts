import { coarsen } from './exponential-histogram.ts';
import { isExponential, sameBounds } from './merge-profiles.ts';
import type { EdgesHistogram, ExponentialHistogram, Profile, RowCounts } from './profile.ts';

/**
 * Whether two profiles count the same: everything exactly, but the sum within `sumTolerance` (absolute, default 0).
 * The order of categories does not matter, nor do empty buckets at the ends of an exponential histogram.
 */
export function profilesEqual(a: Profile, b: Profile, sumTolerance = 0): boolean {
  if (!sameRows(a, b)) return false;
  if (a.kind === 'categorical') return b.kind === 'categorical' && sameCategories(a.counts, b.counts);
  if (b.kind === 'categorical') return false;
  return (
    a.moments.count === b.moments.count &&
    a.moments.min === b.moments.min &&
    a.moments.max === b.moments.max &&
    (Object.is(a.moments.sum, b.moments.sum) || Math.abs(a.moments.sum - b.moments.sum) <= sumTolerance) &&
    sameHistogram(a.histogram, b.histogram)
  );
}

function sameRows(a: RowCounts, b: RowCounts): boolean {
  return a.rows === b.rows && a.missing === b.missing && a.invalid === b.invalid;
}

function sameCategories(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([text, count]) => b.get(text) === count);
}

function sameHistogram(a: EdgesHistogram | ExponentialHistogram, b: EdgesHistogram | ExponentialHistogram): boolean {
  if (isExponential(a)) return isExponential(b) && sameExponential(a, b);
  return !isExponential(b) && sameBounds(a.layout.bounds, b.layout.bounds) && sameNumbers(a.counts, b.counts);
}

function sameExponential(a: ExponentialHistogram, b: ExponentialHistogram): boolean {
  const sameSigns = (['positive', 'negative'] as const).every((sign) => {
    const [ours, theirs] = [coarsen(a[sign], 0), coarsen(b[sign], 0)];
    return ours.offset === theirs.offset && sameNumbers(ours.counts, theirs.counts);
  });
  return (
    a.layout.maxBuckets === b.layout.maxBuckets &&
    a.layout.maxScale === b.layout.maxScale &&
    a.scale === b.scale &&
    a.zeroCount === b.zeroCount &&
    sameSigns
  );
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((count, i) => count === b[i]);
}
