/** -B(2k) / 2k, the terms of the asymptotic series (DLMF 5.11.2). */
const SERIES = [-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12];

/** Where the series with the terms above is exact to a double. */
const SERIES_FROM = 12;

/** The digamma function for x > 0: its asymptotic series (DLMF 5.11.2), reached by psi(x) = psi(x + 1) - 1 / x. */
export function digamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let shift = 0;
  let z = x;
  while (z < SERIES_FROM) shift += 1 / z++;
  const inverseSquare = 1 / (z * z);
  let sum = 0;
  for (let k = SERIES.length - 1; k >= 0; k--) sum = (sum + SERIES[k]!) * inverseSquare;
  return Math.log(z) - 0.5 / z + sum - shift;
}
