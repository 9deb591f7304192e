import { mergeExponential } from './exponential-histogram.ts';
import { LayoutError } from './layout-error.ts';
import type {
  CategoricalProfile,
  EdgesHistogram,
  ExponentialHistogram,
  Moments,
  NumericProfile,
  Profile,
  RowCounts,
} from './profile.ts';

/**
 * Profile of the rows of both: associative, commutative, with `emptyProfile` as neutral element. Neither is changed.
 * Counts, min and max are exact; sums are rounded as floating-point sums are.
 *
 * @throws LayoutError `different-kinds` (numeric and categorical) or `different-layouts`.
 */
export function mergeProfiles(a: NumericProfile, b: NumericProfile): NumericProfile;
export function mergeProfiles(a: CategoricalProfile, b: CategoricalProfile): CategoricalProfile;
export function mergeProfiles(a: Profile, b: Profile): Profile;
export function mergeProfiles(a: Profile, b: Profile): Profile {
  if (a.kind === 'numeric' && b.kind === 'numeric') {
    const histogram = mergeHistograms(a.histogram, b.histogram);
    return { kind: 'numeric', ...addRows(a, b), moments: mergeMoments(a.moments, b.moments), histogram };
  }
  if (a.kind === 'categorical' && b.kind === 'categorical') {
    const counts = new Map(a.counts);
    for (const [text, count] of b.counts) counts.set(text, (counts.get(text) ?? 0) + count);
    return { kind: 'categorical', ...addRows(a, b), counts };
  }
  throw new LayoutError('different-kinds', `a ${a.kind} and a ${b.kind} profile cannot be merged`);
}

function addRows(a: RowCounts, b: RowCounts): RowCounts {
  return { rows: a.rows + b.rows, missing: a.missing + b.missing, invalid: a.invalid + b.invalid };
}

function mergeMoments(a: Moments, b: Moments): Moments {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}

type Histogram = EdgesHistogram | ExponentialHistogram;

function mergeHistograms(a: Histogram, b: Histogram): Histogram {
  if (isExponential(a) && isExponential(b)) {
    if (a.layout.maxBuckets === b.layout.maxBuckets && a.layout.maxScale === b.layout.maxScale) {
      return mergeExponential(a, b);
    }
  } else if (!isExponential(a) && !isExponential(b) && sameBounds(a.layout.bounds, b.layout.bounds)) {
    return { layout: a.layout, counts: a.counts.map((count, i) => count + b.counts[i]!) };
  }
  throw new LayoutError('different-layouts', 'profiles of different layouts cannot be merged; re-bin one of them');
}

/** Whether a histogram is exponential; else it has edges. */
export function isExponential(histogram: Histogram): histogram is ExponentialHistogram {
  return histogram.layout.kind === 'exponential';
}

/** Whether two lists of numbers are equal. */
export function sameBounds(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, i) => bound === b[i]));
}
