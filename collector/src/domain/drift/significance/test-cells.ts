import { logChiSquareSurvival } from './chi-square.ts';
import { logFisherExact } from './fisher-exact.ts';
import { computeG } from './g-statistic.ts';
import type { Random } from './random.ts';
import { simulatePValue } from './simulate-null.ts';

/** A cell whose smaller expectation is under this is pooled (Cochran 1954). */
export const LEAST_EXPECTED = 5;

/** The smallest p-value reported: below it nothing more is learned. */
const LEAST_P = 1e-300;

/** What a test knows of its two samples, in independent rows. */
export interface SampleSizes {
  /** Effective rows of the window, after overdispersion. */
  readonly n: number;
  /** Effective rows of the reference, after overdispersion. */
  readonly m: number;
  /** Unevenness of the overdispersion between cells (>= 1): G and its degrees of freedom are both divided by it. */
  readonly unevenness: number;
}

/**
 * One p-value for "window and reference come from one population", over all cells of a field.
 *
 * Counts are scaled to the effective sizes. Cells expected under 5 in the smaller sample are pooled into one; if that one
 * is still expected under 5, it is tested against all other rows by Fisher's exact test, and joined with the G-test among the
 * others by Fisher's method: G is additive over such a nested split, so the two are independent. If fewer than two cells
 * can be expected to hold 5 rows, the null is simulated; where the simulation ends at its smallest value, the exact test of the
 * largest cell against the rest sharpens it. 1 where nothing can be compared.
 */
export function testCells(
  reference: ArrayLike<number>,
  window: ArrayLike<number>,
  sizes: SampleSizes,
  random: Random,
): number {
  const c = scaleTo(window, sizes.n);
  const r = scaleTo(reference, sizes.m);
  if (c === undefined || r === undefined) return 1;
  const { common, rare } = splitCells(c, r, sizes);
  if (common.window.length === 0) return simulate(c, r, sizes, random);
  if (rare.window === 0 && rare.reference === 0) return toPValue(logG(common.window, common.reference, sizes));
  if (rare.expected >= LEAST_EXPECTED) {
    const all = { window: [...common.window, rare.window], reference: [...common.reference, rare.reference] };
    return toPValue(logG(all.window, all.reference, sizes));
  }
  const logRare = logExact(rare.window, sizes.n, rare.reference, sizes.m, sizes.unevenness);
  if (common.window.length === 1) return toPValue(logRare);
  const logCommon = logG(common.window, common.reference, sizes);
  return toPValue(logChiSquareSurvival(-2 * (logRare + logCommon), 4));
}

/** Counts brought to a total of `size`; undefined without rows. */
function scaleTo(counts: ArrayLike<number>, size: number): Float64Array | undefined {
  let total = 0;
  for (let k = 0; k < counts.length; k++) total += counts[k]!;
  if (!(total > 0) || !(size > 0) || !Number.isFinite(total)) return undefined;
  const scaled = new Float64Array(counts.length);
  for (let k = 0; k < counts.length; k++) scaled[k] = (counts[k]! * size) / total;
  return scaled;
}

function splitCells(c: Float64Array, r: Float64Array, { n, m }: SampleSizes) {
  const common = { window: [] as number[], reference: [] as number[] };
  const rare = { window: 0, reference: 0, expected: 0 };
  const smaller = Math.min(n, m) / (n + m);
  for (let k = 0; k < c.length; k++) {
    const expected = (c[k]! + r[k]!) * smaller;
    if (expected >= LEAST_EXPECTED) {
      common.window.push(c[k]!);
      common.reference.push(r[k]!);
    } else {
      rare.window += c[k]!;
      rare.reference += r[k]!;
      rare.expected += expected;
    }
  }
  return { common, rare };
}

function logG(window: readonly number[], reference: readonly number[], { unevenness }: SampleSizes): number {
  const { g, df } = computeG(window, reference);
  if (df === 0) return 0;
  // Unevenness spreads over the cells that are there: it cannot leave less than one degree of freedom.
  const spread = Math.min(unevenness, df);
  return logChiSquareSurvival(g / spread, df / spread);
}

function logExact(inWindow: number, n: number, inReference: number, m: number, unevenness: number): number {
  const round = (count: number): number => Math.round(count / unevenness);
  const a = round(inWindow);
  const b = round(inReference);
  return logFisherExact(a, Math.max(a, round(n)), b, Math.max(b, round(m)));
}

function simulate(c: Float64Array, r: Float64Array, sizes: SampleSizes, random: Random): number {
  const even = (count: number): number => count / sizes.unevenness;
  const simulated = simulatePValue(c.map(even), r.map(even), random);
  if (simulated > 1e-4) return simulated;
  let largest = 0;
  for (let k = 1; k < c.length; k++) if (c[k]! + r[k]! > c[largest]! + r[largest]!) largest = k;
  const exact = logExact(c[largest]!, sizes.n, r[largest]!, sizes.m, sizes.unevenness);
  return Math.min(simulated, toPValue(exact));
}

function toPValue(logP: number): number {
  return Math.min(1, Math.max(LEAST_P, Math.exp(logP)));
}
