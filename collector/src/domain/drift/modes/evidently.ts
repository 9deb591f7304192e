import type { ObservedField } from '../observation.ts';
import type { ReferenceField } from '../reference.ts';
import { chiSquareSurvival } from '../significance/chi-square.ts';
import { scaleToEffective } from '../statistics/categorical-statistics.ts';
import { computeJensenShannon } from '../statistics/jensen-shannon.ts';
import { computeKolmogorovSmirnov } from '../statistics/kolmogorov-smirnov.ts';
import { sumOf, toShares } from '../statistics/shares.ts';
import { computeWasserstein } from '../statistics/wasserstein.ts';
import type { StatisticName } from '../verdict.ts';
import type { ModeResult, ModeStatistic, Refusal } from './mode-result.ts';
import { smirnovPValue } from './smirnov-p-value.ts';
import { countDistinct, hasFoldedCategories, type ValueCells, valueCells } from './value-cells.ts';

const DISTANCE_LIMIT = 0.1;
const P_LIMIT = 0.05;
/** Up to this many reference rows Evidently tests, above it measures a distance. */
const SMALL_REFERENCE = 1000;
/** scipy computes the p-value of Kolmogorov-Smirnov exactly up to this many rows. */
const EXACT_ROWS = 10_000;
const STURGES: Refusal = {
  refused:
    'Evidently bins by Sturges over reference and window together, whose edges move with every window: not from frozen bins',
};
const FOLDED: Refusal = { refused: 'the reference has more categories than its layout holds' };
const NOT_DEFINED: Refusal = { refused: 'Evidently has no such method' };

/**
 * Evidently's drift of a column (0.7, pandas engine): its numbers and fixed limits, and by `decides` the method that it takes by default.
 *
 * Numbers on each distinct value are exact; KS and Wasserstein are within the bound of the cells; those on Sturges' bins are refused.
 * `ks` and `chi2` hold the p-value, as Evidently's drift score does. With two values or one, `chi2` is its z-test.
 */
export function measureEvidently(reference: ReferenceField, observed: ObservedField): ModeResult {
  const cells = valueCells(reference, observed);
  const distinct = countDistinct(reference, cells);
  const rows = sumOf(observed.counts) + sumOf([...observed.unseen.values()]);
  const nEff = (observed.nEff * rows) / (rows + observed.missing + observed.invalid);
  const input: Input = { reference, observed, cells, distinct, nEff };
  const statistics =
    reference.type === 'numeric'
      ? measureNumeric(input)
      : hasFoldedCategories(reference)
        ? ALL_FOLDED
        : measureValues(input);
  return { decides: chooseMethod(reference.type, sumOf(cells.reference), distinct), statistics };
}

interface Input {
  readonly reference: ReferenceField;
  readonly observed: ObservedField;
  readonly cells: ValueCells;
  /** Distinct values of both sides; Infinity where there are more than cells. */
  readonly distinct: number;
  readonly nEff: number;
}

function chooseMethod(type: ReferenceField['type'], rows: number, distinct: number): StatisticName {
  const isContinuous = type === 'numeric' && distinct > 5;
  if (rows > SMALL_REFERENCE) return isContinuous ? 'wassersteinNormalized' : 'js';
  return isContinuous ? 'ks' : 'chi2';
}

type Statistics = ModeResult['statistics'];

const ALL_FOLDED: Statistics = { psi: FOLDED, js: FOLDED, hellinger: FOLDED, chi2: FOLDED, lInfinity: NOT_DEFINED };

/** What Evidently computes on the values themselves. */
function measureValues({ cells, nEff }: Input): Statistics {
  return {
    psi: limitDistance(zeroFilledPsi(toShares(cells.reference), toShares(cells.observed))),
    js: limitDistance(computeJensenShannon(cells.reference, cells.observed, Math.E)),
    hellinger: limitDistance(bhattacharyyaDistance(toShares(cells.reference), toShares(cells.observed))),
    chi2: limitPValue(frequencyPValue(cells.reference, scaleToEffective(cells.observed, nEff))),
    lInfinity: NOT_DEFINED,
  };
}

function measureNumeric(input: Input): Statistics {
  const { reference, cells } = input;
  const referenceDistinct = cells.reference.filter((rows) => rows > 0).length;
  const hasOwnBins = Number.isFinite(input.distinct) && referenceDistinct <= 20;
  const { psi, js, chi2 } = hasOwnBins ? measureValues(input) : { psi: STURGES, js: STURGES, chi2: undefined };
  return {
    ...(psi && js ? { psi, js } : {}),
    ...(chi2 === undefined ? {} : { chi2 }),
    hellinger: STURGES,
    ks: measureKs(input),
    ...measureWasserstein(reference, input),
    meanShift: NOT_DEFINED,
  };
}

function measureKs({ cells, nEff }: Input): ModeStatistic | Refusal {
  const [m, n] = [Math.round(sumOf(cells.reference)), Math.round(nEff)];
  if (m === 0 || n === 0) return { refused: 'no values' };
  if (Math.max(m, n) > EXACT_ROWS) {
    return { refused: `Evidently's p-value is computed up to ${EXACT_ROWS} rows; here are ${Math.max(m, n)}` };
  }
  const pValue = smirnovPValue(computeKolmogorovSmirnov(cells.reference, cells.observed).value, m, n);
  // Evidently's one test whose limit is drift too.
  return { value: pValue, threshold: P_LIMIT, drifted: pValue <= P_LIMIT, pValue };
}

function measureWasserstein({ layout, moments, partitions }: ReferenceField, { observed, cells }: Input): Statistics {
  if (layout.kind !== 'edges' || moments === undefined) return {};
  const window = { counts: cells.observed, mean: observed.sum / sumOf(cells.observed) };
  const distinct = partitions?.distinct ?? false;
  const { value } = computeWasserstein(layout.bounds, { counts: cells.reference, mean: moments.mean }, window, {
    distinct,
  });
  return {
    wasserstein: NOT_DEFINED,
    wassersteinNormalized: limitDistance(value / Math.max(moments.max > moments.min ? moments.std : 0, 0.001)),
  };
}

function limitDistance(value: number): ModeStatistic {
  return { value, threshold: DISTANCE_LIMIT, drifted: value >= DISTANCE_LIMIT };
}

function limitPValue(pValue: number): ModeStatistic {
  return { value: pValue, threshold: P_LIMIT, drifted: pValue < P_LIMIT, pValue };
}

/** Empty shares become 0.0001, or a millionth of the smallest other share where that is 0.0001 or less; nothing is renormalized. */
function zeroFilledPsi(reference: Float64Array, observed: Float64Array): number {
  const filled = reference.map((share, i) => (share > 0 || observed[i]! > 0 ? 1 : 0));
  const [r, c] = [fillZeros(reference, filled), fillZeros(observed, filled)];
  let psi = 0;
  for (let i = 0; i < r.length; i++) if (filled[i]! > 0) psi += (c[i]! - r[i]!) * Math.log(c[i]! / r[i]!);
  return psi;
}

function fillZeros(shares: Float64Array, filled: Float64Array): Float64Array {
  const smallest = shares.reduce((least, share) => (share > 0 && share < least ? share : least), Infinity);
  const zero = smallest <= 0.0001 ? smallest / 1e6 : 0.0001;
  return shares.map((share, i) => (share === 0 && filled[i]! > 0 ? zero : share));
}

/** sqrt(1 - sum sqrt(p q)). */
function bhattacharyyaDistance(p: Float64Array, q: Float64Array): number {
  const coefficient = p.reduce((sum, share, i) => sum + Math.sqrt(share * q[i]!), 0);
  return Math.sqrt(1 - Math.min(1, coefficient));
}

/** Evidently's test of frequencies: the z-test of two shares with at most two values, else Pearson's against the reference's shares. */
function frequencyPValue(reference: Float64Array, observed: Float64Array): number {
  const used = [...reference.keys()].filter((i) => reference[i]! > 0 || observed[i]! > 0);
  const [m, n] = [sumOf(reference), sumOf(observed)];
  if (used.length < 2) return 1;
  if (used.length === 2) {
    const other = used[1]!;
    const pooled = (reference[other]! + observed[other]!) / (m + n);
    const z = (reference[other]! / m - observed[other]! / n) / Math.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n));
    // A squared standard normal is chi-square with one degree of freedom.
    return chiSquareSurvival(z * z, 1);
  }
  let statistic = 0;
  for (const i of used) {
    const expected = (reference[i]! * n) / m;
    // A category that the reference does not have makes the statistic infinite.
    if (expected === 0) return 0;
    statistic += (observed[i]! - expected) ** 2 / expected;
  }
  return chiSquareSurvival(statistic, used.length - 1);
}
