/**
 * P(D >= d) of the two-sample Kolmogorov-Smirnov statistic without ties, exactly, over the lattice paths that stay inside the band (Hodges 1957;
 * the recursion of R's `psmirnov`). Time n x m.
 *
 * @param d the statistic
 * @param m rows of one sample, @param n of the other: whole, positive
 */
export function smirnovPValue(d: number, m: number, n: number): number {
  // Paths are compared with a multiple of 1 / (m n) just under d, so that rounding decides nothing.
  const limit = (0.5 + Math.floor(d * m * n - 1e-7)) / (m * n);
  const inside = new Float64Array(n + 1);
  for (let j = 0; j <= n; j++) inside[j] = j / n > limit ? 0 : 1;
  for (let i = 1; i <= m; i++) {
    const weight = i / (i + n);
    inside[0] = i / m > limit ? 0 : weight * inside[0]!;
    for (let j = 1; j <= n; j++) {
      inside[j] = Math.abs(i / m - j / n) > limit ? 0 : weight * inside[j]! + inside[j - 1]!;
    }
  }
  return Math.min(1, Math.max(0, 1 - inside[n]!));
}
