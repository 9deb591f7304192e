import { stirlingError } from './log-gamma.ts';

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;
const EPSILON = 1e-17;
const TINY = 1e-300;

/**
 * ln Q(a, x), the logarithm of the regularized upper incomplete gamma function, for a > 0 and x >= 0.
 *
 * x < a + 1: 1 - P by the power series (DLMF 8.11.4); beyond: the continued fraction (DLMF 8.9.2) by the modified Lentz
 * method (Numerical Recipes, 3rd edition, 6.2). The factor x^a e^-x / Gamma(a + 1) is taken in Loader's form, so that large
 * a and x lose no digits. NaN for arguments outside the domain.
 */
export function logUpperGamma(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return Number.NaN;
  if (x === 0) return 0;
  if (x === Infinity) return -Infinity;
  const logFactor = logPoisson(a, x);
  if (x < a + 1) return Math.log1p(-Math.exp(logFactor) * lowerSeries(a, x));
  return logFactor + Math.log(a * upperFraction(a, x));
}

/** ln(x^a e^-x / Gamma(a + 1)). */
function logPoisson(a: number, x: number): number {
  return -stirlingError(a) - deviance(a, x) - HALF_LOG_TWO_PI - 0.5 * Math.log(a);
}

/** a ln(a / x) + x - a, without cancellation where the two are near (Loader's bd0). */
function deviance(a: number, x: number): number {
  const difference = a - x;
  if (Math.abs(difference) >= 0.1 * (a + x)) return a * Math.log(a / x) + x - a;
  const v = difference / (a + x);
  let sum = difference * v;
  let term = 2 * a * v;
  for (let j = 1; j < 1000; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) return next;
    sum = next;
  }
  return sum;
}

/** P(a, x) divided by the factor: 1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ... */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * EPSILON; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

/** Q(a, x) / (factor a): 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)). */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 100_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + numerator / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return h;
}
