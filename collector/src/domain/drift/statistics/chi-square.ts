import { sumOf } from './shares.ts';

/** Pearson's statistic and its degrees of freedom. */
export interface ChiSquare {
  readonly statistic: number;
  readonly df: number;
}

/**
 * Pearson's chi-square of the 2 x k table of reference and window (Pearson 1900): sum (O - E)^2 / E. Columns without rows are left out.
 *
 * @param yates takes 0.5 off each |O - E| where k = 2, as `scipy.stats.chi2_contingency` does (Yates 1934). Default false
 * @returns a statistic of 0 with 0 degrees of freedom where one column is left; NaN where either side has no rows
 */
export function computeChiSquare(
  reference: ArrayLike<number>,
  observed: ArrayLike<number>,
  { yates = false }: { readonly yates?: boolean } = {},
): ChiSquare {
  const referenceRows = sumOf(reference);
  const observedRows = sumOf(observed);
  if (!(referenceRows > 0) || !(observedRows > 0)) return { statistic: NaN, df: 0 };
  const rows = referenceRows + observedRows;
  const filled = Array.from(reference, (_, i) => i).filter((i) => reference[i]! + observed[i]! > 0);
  const correction = yates && filled.length === 2 ? 0.5 : 0;
  let statistic = 0;
  for (const i of filled) {
    const column = reference[i]! + observed[i]!;
    statistic += term(reference[i]!, (column * referenceRows) / rows, correction);
    statistic += term(observed[i]!, (column * observedRows) / rows, correction);
  }
  return { statistic: filled.length === 1 ? 0 : statistic, df: filled.length - 1 };
}

function term(count: number, expected: number, correction: number): number {
  const difference = Math.abs(count - expected);
  return (difference - Math.min(correction, difference)) ** 2 / expected;
}
