import type { Bounded } from './kolmogorov-smirnov.ts';
import { sumOf } from './shares.ts';

/** Counts of one side in the cells of `bounds` (`bounds.length + 1` of them), and the mean of its values, NaN where unknown. */
export interface CellSample {
  readonly counts: ArrayLike<number>;
  readonly mean: number;
}

/** How {@link computeWasserstein} takes the values inside a cell. */
export interface WassersteinOptions {
  /** Every value stands at the upper bound of its cell, as where each distinct value has one: then the result is exact. Default false. */
  readonly distinct?: boolean;
}

/**
 * Wasserstein-1 distance, the area between the two distribution functions (Vallender 1974), in the unit of the values.
 *
 * Inside a cell both functions are taken as straight lines; the error of that is at most `bound`: the sum of (w / 2)(r + c) over the
 * cells (w: width; r, c: shares), and as much again where values lie outside. Beyond the outer bounds the values are known by their mean alone: since the signed area between
 * the functions is the difference of the means, what the cells leave of it is the area outside, exact where values lie outside
 * on one side, the least possible where they do on both. Without a mean it is 0.
 *
 * @returns NaN where either side has no rows, or there is no bound
 */
export function computeWasserstein(
  bounds: readonly number[],
  reference: CellSample,
  observed: CellSample,
  { distinct = false }: WassersteinOptions = {},
): Bounded {
  const referenceRows = sumOf(reference.counts);
  const observedRows = sumOf(observed.counts);
  if (!(referenceRows > 0) || !(observedRows > 0) || bounds.length === 0) return { value: NaN, bound: NaN };
  const last = bounds.length;
  let area = 0;
  let signed = 0;
  let bound = 0;
  let difference = observed.counts[0]! / observedRows - reference.counts[0]! / referenceRows;
  for (let i = 1; i < last; i++) {
    const width = bounds[i]! - bounds[i - 1]!;
    const r = reference.counts[i]! / referenceRows;
    const c = observed.counts[i]! / observedRows;
    const next = difference + c - r;
    if (distinct) {
      area += Math.abs(difference) * width;
      signed += difference * width;
    } else {
      area += meanDistance(difference, next) * width;
      signed += ((difference + next) / 2) * width;
      bound += (width / 2) * (r + c);
    }
    difference = next;
  }
  const hasOutside = [reference.counts, observed.counts].some((counts) => counts[0]! + counts[last]! > 0);
  // F(observed) - F(reference) has the area mean(reference) - mean(observed).
  const outside = hasOutside ? Math.abs(reference.mean - observed.mean - signed) : 0;
  return { value: area + (outside > 0 ? outside : 0), bound: hasOutside ? 2 * bound : bound };
}

/** Mean of |difference| along a straight line from `a` to `b`. */
function meanDistance(a: number, b: number): number {
  if (a * b >= 0) return (Math.abs(a) + Math.abs(b)) / 2;
  return (a * a + b * b) / (2 * (Math.abs(a) + Math.abs(b)));
}
