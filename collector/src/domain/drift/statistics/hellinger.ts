import { sumOf } from './shares.ts';

/**
 * Hellinger distance, sqrt(sum (sqrt p - sqrt q)^2 / 2): between 0 and 1 (Hellinger 1909; Le Cam 1986).
 *
 * @returns NaN where either side has no rows
 */
export function computeHellinger(reference: ArrayLike<number>, observed: ArrayLike<number>): number {
  const referenceRows = sumOf(reference);
  const observedRows = sumOf(observed);
  if (!(referenceRows > 0) || !(observedRows > 0)) return NaN;
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    sum += (Math.sqrt(reference[i]! / referenceRows) - Math.sqrt(observed[i]! / observedRows)) ** 2;
  }
  return Math.sqrt(sum / 2);
}
