import { logGamma } from './log-gamma.ts';

/**
 * ln p of Fisher's exact test, two-sided (twice the smaller tail, at most 1): `inWindow` of the window's `n` rows and
 * `inReference` of the reference's `m` rows lie in one cell. Counts are whole numbers. Sums are taken in logarithms, so that
 * the far tail is exact too.
 */
export function logFisherExact(inWindow: number, n: number, inReference: number, m: number): number {
  const total = inWindow + inReference;
  if (total === 0 || n === 0 || m === 0 || total === n + m) return 0;
  const upper = logTail(inWindow, 1, total, n, m);
  const lower = logTail(inWindow, -1, total, n, m);
  return Math.min(0, Math.LN2 + Math.min(upper, lower));
}

/** ln of the sum of the hypergeometric probabilities from `start` outward in one direction. */
function logTail(start: number, direction: 1 | -1, total: number, n: number, m: number): number {
  const least = Math.max(0, total - m);
  const most = Math.min(total, n);
  let relative = 1;
  let sum = 1;
  for (let a = start; direction === 1 ? a < most : a > least; a += direction) {
    relative *=
      direction === 1
        ? ((total - a) * (n - a)) / ((a + 1) * (m - total + a + 1))
        : (a * (m - total + a)) / ((total - a + 1) * (n - a + 1));
    sum += relative;
    if (relative < 1e-17 * sum) break;
  }
  return Math.min(0, logHypergeometric(start, total, n, m) + Math.log(sum));
}

function logHypergeometric(a: number, total: number, n: number, m: number): number {
  return logChoose(n, a) + logChoose(m, total - a) - logChoose(n + m, total);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
