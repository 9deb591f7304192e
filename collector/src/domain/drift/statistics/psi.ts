import { sumOf } from './shares.ts';

/**
 * Population stability index, sum (c - r) ln(c / r) over cells (Siddiqi 2006; it is Jeffreys' divergence).
 *
 * Smoothed: each cell of both distributions gets the same share on top, half a row of the smaller sample, and both are divided by
 * their new total. So an empty cell is never infinite, a cell empty on both sides adds nothing, and a rare one hardly anything.
 *
 * @returns NaN where either side has no rows
 */
export function computePsi(reference: ArrayLike<number>, observed: ArrayLike<number>): number {
  const referenceRows = sumOf(reference);
  const observedRows = sumOf(observed);
  const rows = Math.min(referenceRows, observedRows);
  if (!(rows > 0)) return NaN;
  const added = 0.5 / rows;
  const total = 1 + added * reference.length;
  let psi = 0;
  for (let i = 0; i < reference.length; i++) {
    const r = reference[i]! / referenceRows + added;
    const c = observed[i]! / observedRows + added;
    if (r !== c) psi += ((c - r) / total) * Math.log(c / r);
  }
  return psi;
}
