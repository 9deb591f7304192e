import { computeG } from './g-statistic.ts';
import { logGamma } from './log-gamma.ts';
import type { Random } from './random.ts';

/** Most tables drawn; the smallest p-value is 1 / (MAX_DRAWS + 1). */
export const MAX_DRAWS = 9_999;

/** Draws at least as extreme after which the rest need not be drawn (Besag and Clifford 1991). */
const ENOUGH = 20;

/**
 * The p-value of the G statistic by simulation: tables with the same totals are drawn under "both samples come from one
 * population" (multivariate hypergeometric), until 20 are at least as extreme or 9,999 are drawn. Counts are rounded.
 */
export function simulatePValue(window: ArrayLike<number>, reference: ArrayLike<number>, random: Random): number {
  const inWindow = Array.from(window, Math.round);
  const totals = inWindow.map((count, k) => count + Math.round(reference[k]!));
  const n = inWindow.reduce((sum, count) => sum + count, 0);
  const all = totals.reduce((sum, count) => sum + count, 0);
  if (n === 0 || n === all) return 1;
  const { g } = computeG(inWindow, minus(totals, inWindow));
  let extreme = 0;
  for (let draw = 1; draw <= MAX_DRAWS; draw++) {
    const drawn = drawWindow(totals, n, all, random);
    if (computeG(drawn, minus(totals, drawn)).g >= g * (1 - 1e-9)) extreme++;
    if (extreme === ENOUGH) return extreme / draw;
  }
  return (extreme + 1) / (MAX_DRAWS + 1);
}

function minus(totals: readonly number[], part: readonly number[]): number[] {
  return totals.map((total, k) => total - part[k]!);
}

function drawWindow(totals: readonly number[], n: number, all: number, random: Random): number[] {
  let rowsLeft = n;
  let allLeft = all;
  return totals.map((total) => {
    const drawn = drawHypergeometric(total, allLeft - total, rowsLeft, random());
    rowsLeft -= drawn;
    allLeft -= total;
    return drawn;
  });
}

/** The `uniform` quantile of the marked ones among `draws` from `marked` and `others`, by inversion from the smallest. */
function drawHypergeometric(marked: number, others: number, draws: number, uniform: number): number {
  const least = Math.max(0, draws - others);
  const most = Math.min(marked, draws);
  if (least === most) return least;
  let probability = Math.exp(
    logChoose(marked, least) + logChoose(others, draws - least) - logChoose(marked + others, draws),
  );
  let cumulative = probability;
  let value = least;
  while (cumulative < uniform && value < most) {
    probability *= ((marked - value) * (draws - value)) / ((value + 1) * (others - draws + value + 1));
    cumulative += probability;
    value++;
  }
  return value;
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
