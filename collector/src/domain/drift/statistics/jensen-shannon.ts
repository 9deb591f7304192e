import { sumOf } from './shares.ts';

/**
 * Jensen-Shannon distance: the square root of the Jensen-Shannon divergence (Lin 1991; Endres and Schindelin 2003), base 2, so that it
 * lies between 0 and 1. Cells that are empty on one side need no smoothing.
 *
 * @param base of the logarithm. Default 2
 * @returns NaN where either side has no rows
 */
export function computeJensenShannon(reference: ArrayLike<number>, observed: ArrayLike<number>, base = 2): number {
  const referenceRows = sumOf(reference);
  const observedRows = sumOf(observed);
  let divergence = 0;
  for (let i = 0; i < reference.length; i++) {
    const p = reference[i]! / referenceRows;
    const q = observed[i]! / observedRows;
    const middle = (p + q) / 2;
    if (p > 0) divergence += p * Math.log(p / middle);
    if (q > 0) divergence += q * Math.log(q / middle);
  }
  // Rounding can leave a hair below 0.
  if (!(referenceRows > 0) || !(observedRows > 0)) return NaN;
  return Math.sqrt(Math.max(0, divergence / 2 / Math.log(base)));
}
