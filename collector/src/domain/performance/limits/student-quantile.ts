import { logGamma } from '../../drift/significance/log-gamma.ts';

/** P(T > 3) of the normal distribution: the tail beyond three standard deviations. */
const NORMAL_TAIL_AT_3 = 0.00134989803163009;

/** From here on Student's t is normal to more digits than a limit needs. */
const NORMAL_FROM = 1e6;

/**
 * How many standard deviations leave the tail that 3 leave of the normal distribution (0.00135), where the standard deviation has `df`
 * degrees of freedom (at least 1, need not be whole; Infinity where it is known): 3 at Infinity, 4.09 at 9, 235.8 at 1.
 *
 * The t of that tail, by bisection of the incomplete beta function.
 */
export function widenThree(df: number): number {
  if (!(df < NORMAL_FROM)) return 3;
  let low = 3;
  let high = 6;
  while (upperTail(high, df) > NORMAL_TAIL_AT_3) high *= 2;
  for (let i = 0; i < 60 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (upperTail(middle, df) > NORMAL_TAIL_AT_3) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t), t > 0: half of the regularized incomplete beta I_x(df / 2, 1 / 2) at x = df / (df + t^2) (DLMF 8.17). */
function upperTail(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
}

/** I_x(a, b) by its continued fraction (DLMF 8.17.22), from the side on which that converges. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFactor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return (Math.exp(logFactor) * betaFraction(x, a, b)) / a;
}

/** By the modified Lentz method (Numerical Recipes, 3rd edition, 6.4). */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}
