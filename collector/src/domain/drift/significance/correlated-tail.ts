import { chiSquareQuantile, logChiSquareSurvival } from './chi-square.ts';

/**
 * P(both exceed) of two chi-square statistics with one degree of freedom that each exceed with probability `alpha`, and whose
 * normal components have correlation `rho` (0 to 1): Kibble's series (Kibble 1941), a negative-binomial mixture of
 * independent pairs. alpha^2 at rho = 0, alpha at rho = 1. One degree of freedom depends most: the bound holds for more.
 */
export function jointExceedance(alpha: number, rho: number): number {
  if (rho <= 0) return alpha * alpha;
  const square = Math.min(rho, 0.999) ** 2;
  const threshold = chiSquareQuantile(alpha, 1) / (1 - square);
  let weight = Math.sqrt(1 - square);
  let left = 1 - weight;
  let sum = 0;
  for (let j = 0; j < 20_000; j++) {
    sum += weight * Math.exp(2 * logChiSquareSurvival(threshold, 1 + 2 * j));
    if (left < 1e-9 * sum) break;
    weight *= (square * (j + 0.5)) / (j + 1);
    left -= weight;
  }
  return Math.min(alpha, Math.max(alpha * alpha, sum));
}
