import { nextDown } from '@prumo/agent/profile';
import { mergeToPartition } from '../cells.ts';
import type { ObservedField } from '../observation.ts';
import { observeProfile } from '../observe-profile.ts';
import { createWidthGrid, isOnGrid } from '../layout/width-grid.ts';
import type { ReferenceField } from '../reference.ts';
import { chiSquareSurvival } from '../significance/chi-square.ts';
import { scaleToEffective } from '../statistics/categorical-statistics.ts';
import { computeChiSquare } from '../statistics/chi-square.ts';
import { computeHellinger } from '../statistics/hellinger.ts';
import { computeJensenShannon } from '../statistics/jensen-shannon.ts';
import { computeKolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts';
import { computeLInfinity } from '../statistics/l-infinity.ts';
import { sumOf } from '../statistics/shares.ts';
import { computeWasserstein } from '../statistics/wasserstein.ts';
import type { StatisticName } from '../verdict.ts';
import type { ModeResult, ModeStatistic, Refusal } from './mode-result.ts';
import { hasFoldedCategories, type ValueCells, valueCells } from './value-cells.ts';

type Values = { readonly [name in StatisticName]?: number | Refusal };

const P_LIMIT = 0.05;
const NOT_DEFINED: Refusal = { refused: 'NannyML has no such method' };
const NO_CHUNKS: Refusal = { refused: 'the baseline has no chunks to take the threshold from' };

/**
 * NannyML's univariate drift (0.13): its numbers, and its threshold, mean + 3 standard deviations (ddof 0) of the statistic over the chunks
 * of the reference; chi-square by p < 0.05. Jensen-Shannon and Hellinger are exact, KS and Wasserstein within the bound of the cells.
 */
export function measureNannyml(reference: ReferenceField, observed: ObservedField): ModeResult {
  const limits = limitsOf(reference);
  const values = computeValues(reference, observed);
  const statistics = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, decide(value, limits[name as StatisticName])]),
  );
  if (reference.type === 'numeric') return { decides: 'js', statistics };
  return { decides: 'js', statistics: { ...statistics, chi2: decideChiSquare(reference, observed) } };
}

function decide(value: number | Refusal, limit: number | undefined): ModeStatistic | Refusal {
  if (typeof value !== 'number') return value;
  return limit === undefined ? NO_CHUNKS : { value, threshold: limit, drifted: value > limit };
}

function computeValues(reference: ReferenceField, observed: ObservedField): Values {
  const cells = valueCells(reference, observed);
  return reference.type === 'numeric'
    ? {
        ...numericValues(reference, observed, cells),
        psi: NOT_DEFINED,
        meanShift: NOT_DEFINED,
        wassersteinNormalized: NOT_DEFINED,
      }
    : { ...categoricalValues(reference, cells), psi: NOT_DEFINED };
}

function numericValues(field: ReferenceField, observed: ObservedField, cells: ValueCells): Values {
  const doane = doaneCells(field, cells);
  return {
    js: 'refused' in doane ? doane : computeJensenShannon(doane.reference, doane.observed),
    hellinger: 'refused' in doane ? doane : computeHellinger(doane.reference, doane.observed),
    ks: ksOf(field, cells),
    wasserstein: distanceOf(field, observed, cells),
  };
}

/** For 10,000 reference rows or more NannyML looks at 10,000 equally wide bins only, and so do we. */
function ksOf(
  { layout, moments, partitions, elementType }: ReferenceField,
  { reference, observed }: ValueCells,
): number {
  const isGridded = sumOf(reference) >= 10_000 && !(partitions?.distinct ?? false);
  const grid = moments && isGridded ? createWidthGrid(moments.min, moments.max, elementType) : undefined;
  if (layout.kind !== 'edges' || grid === undefined) return computeKolmogorovSmirnov(reference, observed).value;
  const edges = layout.bounds.filter((bound) => isOnGrid(grid, bound));
  const merge = (counts: Float64Array): Float64Array => mergeToPartition(layout.bounds, counts, edges);
  return computeKolmogorovSmirnov(merge(reference), merge(observed)).value;
}

/** Doane's bins of this very reference, and what lies outside. */
function doaneCells(
  { layout, partitions, moments, elementType }: ReferenceField,
  cells: ValueCells,
): ValueCells | Refusal {
  const doane = partitions?.doane;
  if (layout.kind !== 'edges' || doane === undefined || moments === undefined) {
    return { refused: "the layout does not hold Doane's bins" };
  }
  const isOwn =
    moments.min === moments.max || (doane.at(-1) === moments.max && doane[0] === nextDown(moments.min, elementType));
  if (!isOwn) return { refused: "the layout is an earlier reference's, and so are its Doane bins" };
  return {
    reference: mergeToPartition(layout.bounds, cells.reference, doane),
    observed: mergeToPartition(layout.bounds, cells.observed, doane),
  };
}

function distanceOf(
  { layout, moments, partitions }: ReferenceField,
  observed: ObservedField,
  cells: ValueCells,
): number {
  if (layout.kind !== 'edges' || moments === undefined) return NaN;
  const window = { counts: cells.observed, mean: observed.sum / sumOf(cells.observed) };
  const distinct = partitions?.distinct ?? false;
  return computeWasserstein(layout.bounds, { counts: cells.reference, mean: moments.mean }, window, { distinct }).value;
}

function categoricalValues(field: ReferenceField, { reference, observed }: ValueCells): Values {
  if (hasFoldedCategories(field)) return { js: FOLDED, hellinger: FOLDED, lInfinity: FOLDED };
  return {
    js: computeJensenShannon(reference, observed),
    hellinger: computeHellinger(reference, observed),
    lInfinity: computeLInfinity(reference, observed),
  };
}

const FOLDED: Refusal = { refused: 'the reference has more categories than its layout holds' };

function decideChiSquare(field: ReferenceField, window: ObservedField): ModeStatistic | Refusal {
  if (hasFoldedCategories(field)) return FOLDED;
  const { reference, observed } = valueCells(field, window);
  const share = sumOf(observed) / (sumOf(observed) + window.missing + window.invalid);
  const { statistic, df } = computeChiSquare(reference, scaleToEffective(observed, window.nEff * share), {
    yates: true,
  });
  const pValue = df === 0 ? 1 : chiSquareSurvival(statistic, df);
  return { value: statistic, threshold: P_LIMIT, drifted: pValue < P_LIMIT, pValue };
}

type Limits = { readonly [name in StatisticName]?: number };

/** The chunks of a reference never change, so its limits are computed once. */
const knownLimits = new WeakMap<ReferenceField, Limits>();

function limitsOf(reference: ReferenceField): Limits {
  const known = knownLimits.get(reference);
  if (known !== undefined) return known;
  const limits = computeLimits(reference);
  knownLimits.set(reference, limits);
  return limits;
}

function computeLimits(reference: ReferenceField): Limits {
  const chunks = reference.chunks.map((chunk) => computeValues(reference, observeProfile(reference, chunk)));
  const limits: { [name in StatisticName]?: number } = {};
  for (const name of ['js', 'hellinger', 'ks', 'wasserstein', 'lInfinity'] as const) {
    const values = chunks
      .map((chunk) => chunk[name])
      .filter((value) => typeof value === 'number' && !Number.isNaN(value));
    if (values.length === 0) continue;
    const limit = threeDeviations(values as number[]);
    limits[name] = name === 'ks' ? Math.min(1, limit) : limit;
  }
  return limits;
}

function threeDeviations(values: readonly number[]): number {
  const mean = sumOf(values) / values.length;
  return mean + 3 * Math.sqrt(sumOf(values.map((value) => (value - mean) ** 2)) / values.length);
}
