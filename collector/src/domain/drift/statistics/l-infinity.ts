import { sumOf } from './shares.ts';

/**
 * L-infinity distance: the greatest change of a cell's share, between 0 and 1.
 *
 * @returns NaN where either side has no rows
 */
export function computeLInfinity(reference: ArrayLike<number>, observed: ArrayLike<number>): number {
  const referenceRows = sumOf(reference);
  const observedRows = sumOf(observed);
  if (!(referenceRows > 0) || !(observedRows > 0)) return NaN;
  let greatest = 0;
  for (let i = 0; i < reference.length; i++) {
    greatest = Math.max(greatest, Math.abs(reference[i]! / referenceRows - observed[i]! / observedRows));
  }
  return greatest;
}
