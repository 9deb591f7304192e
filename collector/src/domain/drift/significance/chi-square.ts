import { logUpperGamma } from './incomplete-gamma.ts';

/** ln P(X > x) of a chi-square variable with `df` degrees of freedom (any positive number): Q(df / 2, x / 2). */
export function logChiSquareSurvival(x: number, df: number): number {
  return logUpperGamma(df / 2, Math.max(0, x) / 2);
}

/** P(X > x) of a chi-square variable with `df` degrees of freedom; 0 below the smallest double. */
export function chiSquareSurvival(x: number, df: number): number {
  return Math.exp(logChiSquareSurvival(x, df));
}

/** The x with P(X > x) = `survival` (0 < survival < 1), by bisection on the logarithm; relative error under 1e-12. */
export function chiSquareQuantile(survival: number, df: number): number {
  const target = Math.log(survival);
  let low = 0;
  let high = Math.max(1, df);
  while (logChiSquareSurvival(high, df) > target) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (logChiSquareSurvival(middle, df) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
