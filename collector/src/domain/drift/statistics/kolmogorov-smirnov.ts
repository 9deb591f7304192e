import { sumOf } from './shares.ts';

/** A value known from cells, and how far above it the exact one can be. */
export interface Bounded {
  readonly value: number;
  readonly bound: number;
}

/**
 * Kolmogorov-Smirnov D between two distributions, from the counts of the same cells in the order of their values
 * (Kolmogorov 1933; Smirnov 1948).
 *
 * D is taken at the cells' bounds, so the exact one is never smaller, and at most `bound` greater: within a cell the two distribution
 * functions can part by what either gains there. Where each distinct value has a cell, D is exact, which the bound does not know.
 *
 * @returns NaN where either side has no rows
 */
export function computeKolmogorovSmirnov(reference: ArrayLike<number>, observed: ArrayLike<number>): Bounded {
  const referenceRows = sumOf(reference);
  const observedRows = sumOf(observed);
  if (!(referenceRows > 0) || !(observedRows > 0)) return { value: NaN, bound: NaN };
  let value = 0;
  let most = 0;
  let below = 0;
  for (let i = 0; i < reference.length; i++) {
    const r = reference[i]! / referenceRows;
    const c = observed[i]! / observedRows;
    most = Math.max(most, below + c, r - below);
    below += c - r;
    value = Math.max(value, Math.abs(below));
  }
  return { value, bound: Math.max(0, most - value) };
}
