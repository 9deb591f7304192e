import type { ReferenceMoments } from '../reference.ts';

/**
 * Change of the mean in reference standard deviations, signed (Cohen's d with the reference's deviation; Glass 1976).
 *
 * @returns for a constant reference 0 where the mean is the same, else NaN: it has no scale
 */
export function computeMeanShift(reference: ReferenceMoments, mean: number): number {
  return scaleByReference(mean - reference.mean, reference);
}

/**
 * A difference of values in reference standard deviations. Constant is what has no range: the standard deviation of equal values
 * is seldom exactly 0 in floating point.
 */
export function scaleByReference(difference: number, { std, min, max }: ReferenceMoments): number {
  if (max > min && std > 0) return difference / std;
  const scale = Math.max(Math.abs(min), Math.abs(max));
  return Math.abs(difference) <= scale * 1e-9 ? 0 : NaN;
}
