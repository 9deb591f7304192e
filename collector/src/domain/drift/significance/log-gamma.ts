const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/** B(2k) / (2k (2k - 1)), the terms of Stirling's series (DLMF 5.11.1). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** Where Stirling's series with the terms above is exact to a double. */
const STIRLING_FROM = 16;

/** ln Gamma(x) for x > 0: Stirling's series (DLMF 5.11.1), reached by the recurrence Gamma(x + 1) = x Gamma(x). */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  let product = 1;
  let z = x;
  while (z < STIRLING_FROM) product *= z++;
  return (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + stirlingSeries(z) - Math.log(product);
}

/**
 * ln(Gamma(a + 1) / (sqrt(2 pi a) (a / e)^a)): what Stirling's formula leaves over, without cancellation for large a
 * (Loader 2000, "Fast and accurate computation of binomial probabilities").
 */
export function stirlingError(a: number): number {
  if (a >= STIRLING_FROM) return stirlingSeries(a);
  return logGamma(a + 1) - (a + 0.5) * Math.log(a) + a - HALF_LOG_TWO_PI;
}

function stirlingSeries(z: number): number {
  const inverseSquare = 1 / (z * z);
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * inverseSquare + STIRLING[k]!;
  return sum / z;
}
