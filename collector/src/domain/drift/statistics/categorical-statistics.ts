import { decisionCells } from '../cells.ts';
import type { ObservedField } from '../observation.ts';
import type { ReferenceField } from '../reference.ts';
import type { CategoricalStatistics } from '../verdict.ts';
import { computeChiSquare } from './chi-square.ts';
import { computeHellinger } from './hellinger.ts';
import { computeJensenShannon } from './jensen-shannon.ts';
import { computeLInfinity } from './l-infinity.ts';
import { computePsi } from './psi.ts';
import { sumOf } from './shares.ts';

/**
 * All statistics of a categorical field over its decision cells: each known category, `unseen` and `missing`, so that new
 * categories and missing rows move every one. Chi-square counts a sampled window at its effective size. NaN where a side has no rows.
 */
export function computeCategoricalStatistics(
  reference: ReferenceField,
  observed: ObservedField,
): CategoricalStatistics {
  const cells = decisionCells(reference, observed);
  return {
    psi: computePsi(cells.reference, cells.observed),
    js: computeJensenShannon(cells.reference, cells.observed),
    lInfinity: computeLInfinity(cells.reference, cells.observed),
    hellinger: computeHellinger(cells.reference, cells.observed),
    chi2: computeChiSquare(cells.reference, scaleToEffective(cells.observed, observed.nEff)).statistic,
  };
}

/** Weighted counts, brought to the effective sample size. */
export function scaleToEffective(counts: Float64Array, nEff: number): Float64Array {
  const scale = nEff / sumOf(counts);
  return scale === 1 || !Number.isFinite(scale) ? counts : counts.map((count) => count * scale);
}
