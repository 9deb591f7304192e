import { decisionCells, mergeToPartition, referenceCells } from '../cells.ts';
import type { ObservedField } from '../observation.ts';
import type { ReferenceField } from '../reference.ts';
import type { NumericStatistics } from '../verdict.ts';
import { computeHellinger } from './hellinger.ts';
import { computeJensenShannon } from './jensen-shannon.ts';
import { computeKolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { computeMeanShift, scaleByReference } from './mean-shift.ts';
import { computePsi } from './psi.ts';
import { sumOf } from './shares.ts';
import { computeWasserstein } from './wasserstein.ts';

/**
 * All statistics of a numeric field, from counts alone. NaN is what cannot be known (a side without rows, a constant
 * reference that has no scale, a mean without values).
 *
 * Missing rows (invalid ones are among them) move every distance: PSI, Jensen-Shannon and Hellinger have a cell for them; KS is the
 * greater of D over the values and the change of the missing share; Wasserstein adds that change times the reference's standard
 * deviation, as if a row that goes missing moved by it. `meanShift` is about the values alone.
 */
export function computeNumericStatistics(reference: ReferenceField, observed: ObservedField): NumericStatistics {
  const cells = decisionCells(reference, observed);
  const { counts } = referenceCells(reference);
  const missing = Math.abs(lastShare(cells.reference) - lastShare(cells.observed));
  const shape = shapeCells(reference, counts, observed.counts, cells);
  const moments = reference.moments;
  const mean = observed.sum / sumOf(observed.counts);
  const distance = measureDistance(reference, counts, observed.counts, mean);
  const scaled = moments === undefined ? NaN : scaleByReference(distance, moments);
  const d = computeKolmogorovSmirnov(counts, observed.counts).value;
  return {
    psi: computePsi(cells.reference, cells.observed),
    js: computeJensenShannon(shape.reference, shape.observed),
    ks: Number.isNaN(d) ? missing : Math.max(d, missing),
    wasserstein: distance + missing * (moments?.std ?? 0),
    wassersteinNormalized: scaled + missing,
    hellinger: computeHellinger(shape.reference, shape.observed),
    meanShift: moments === undefined ? NaN : computeMeanShift(moments, mean),
  };
}

/** Wasserstein over the values; 0 where the window has none of them. */
function measureDistance(
  { layout, moments, partitions }: ReferenceField,
  reference: ArrayLike<number>,
  observed: Float64Array,
  mean: number,
): number {
  if (layout.kind !== 'edges' || moments === undefined) return NaN;
  if (sumOf(observed) === 0) return 0;
  const distinct = partitions?.distinct ?? false;
  const sides = [
    { counts: reference, mean: moments.mean },
    { counts: observed, mean },
  ] as const;
  return computeWasserstein(layout.bounds, ...sides, { distinct }).value;
}

/** Doane's bins, what lies outside of them, and missing. A constant reference, whose only bin is arbitrary, is judged by its range. */
function shapeCells(
  field: ReferenceField,
  reference: ArrayLike<number>,
  observed: Float64Array,
  decision: { readonly reference: Float64Array; readonly observed: Float64Array },
): { readonly reference: Float64Array; readonly observed: Float64Array } {
  const { layout, partitions, moments } = field;
  const isConstant = moments === undefined || moments.min === moments.max;
  if (layout.kind !== 'edges' || partitions?.doane === undefined || isConstant) return decision;
  const merge = (counts: ArrayLike<number>, cells: Float64Array): Float64Array => {
    const merged = mergeToPartition(layout.bounds, counts, partitions.doane ?? []);
    const withMissing = new Float64Array(merged.length + 1);
    withMissing.set(merged);
    withMissing[merged.length] = cells.at(-1) ?? 0;
    return withMissing;
  };
  return { reference: merge(reference, decision.reference), observed: merge(observed, decision.observed) };
}

/** Share of the last decision cell, the missing rows. */
function lastShare(cells: Float64Array): number {
  return (cells.at(-1) ?? 0) / sumOf(cells);
}
