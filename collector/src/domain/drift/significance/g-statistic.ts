/**
 * The G statistic of a two-sample table, 2 sum O ln(O / E), with Williams' correction (Williams 1976; Sokal and Rohlf 1995,
 * section 17.4), which brings its distribution near to chi-square where expectations are small.
 *
 * @param window counts of the window per cell (any nonnegative numbers)
 * @param reference counts of the reference per cell, the same cells
 */
export function computeG(window: ArrayLike<number>, reference: ArrayLike<number>): { g: number; df: number } {
  let n = 0;
  let m = 0;
  for (let k = 0; k < window.length; k++) {
    n += window[k]!;
    m += reference[k]!;
  }
  if (!(n > 0) || !(m > 0)) return { g: 0, df: 0 };
  const share = n / (n + m);
  let sum = 0;
  let cells = 0;
  let inverseTotals = 0;
  for (let k = 0; k < window.length; k++) {
    const total = window[k]! + reference[k]!;
    if (!(total > 0)) continue;
    cells++;
    inverseTotals += 1 / total;
    sum += excess(window[k]!, total * share) + excess(reference[k]!, total * (1 - share));
  }
  const df = cells - 1;
  if (df < 1) return { g: 0, df: 0 };
  const williams = 1 + (((n + m) * (1 / n + 1 / m) - 1) * ((n + m) * inverseTotals - 1)) / (6 * (n + m) * df);
  return { g: Math.max(0, 2 * sum) / williams, df };
}

function excess(observed: number, expected: number): number {
  return observed > 0 ? observed * Math.log(observed / expected) : 0;
}
