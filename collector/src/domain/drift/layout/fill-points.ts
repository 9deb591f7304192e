import { type ElementType, nextDown } from '@prumo/agent/profile';
import { quantileOf } from './quantile.ts';

/** A value that holds this share of the rows is cut out of its neighbors, so that the two distribution functions meet its jump. */
const HEAVY_SHARE = 0.002;

/**
 * Points that make a layout fine enough for Kolmogorov-Smirnov and Wasserstein: half of `count` equally many rows apart, half
 * equally wide; then, beyond `count`, one before each of the first that holds many rows.
 *
 * @param sorted at least one finite number of the element type, ascending
 */
export function chooseFillPoints(sorted: Float64Array, elementType: ElementType, count: number): number[] {
  const steps = Math.floor(count / 2) + 1;
  const least = sorted[0]!;
  const range = sorted[sorted.length - 1]! - least;
  const inner = Array.from({ length: Math.max(0, steps - 1) }, (_, i) => (i + 1) / steps);
  const byRows = inner.map((share) => quantileOf(sorted, share));
  const byWidth = Number.isFinite(range) ? inner.map((share) => least + range * share) : [];
  const heavy = [...new Set(byRows)].filter((value) => shareOf(sorted, value) >= HEAVY_SHARE);
  return [...byRows, ...byWidth, ...heavy.map((value) => nextDown(value, elementType))];
}

/** Share of the numbers equal to a value. */
function shareOf(sorted: Float64Array, value: number): number {
  return (countUpTo(sorted, value, true) - countUpTo(sorted, value, false)) / sorted.length;
}

function countUpTo(sorted: Float64Array, value: number, inclusive: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const number = sorted[middle]!;
    if (number < value || (inclusive && number === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
