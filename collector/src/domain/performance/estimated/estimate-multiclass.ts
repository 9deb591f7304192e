import { normalInterval } from '../realized/intervals.ts';
import type { Measurement, Measurements } from '../metric.ts';
import type { ScoreCounts } from '../estimation-input.ts';
import type { CalibrationMap, ClassCalibration } from '../performance-reference.ts';
import { decisionSensitivities } from './decision-sensitivities.ts';
import { areaSensitivity } from './ranking-sensitivities.ts';
import { lossOf } from './score-sensitivities.ts';
import { splitCells, type ScoredCells } from './scored-cells.ts';
import { standardErrorOf, type ErrorSources, type Sensitivity } from './sensitivity.ts';

type MulticlassCounts = Extract<ScoreCounts, { task: 'multiclass' }>;

/** A value with its standard error. */
interface Estimate {
  readonly value: number;
  readonly se: number;
}

const UNIT = { min: 0, max: 1 };

/**
 * Estimates of a multiclass model: each class against all others, by its own map (the maps of a row need not add up to 1), and macro
 * averages of those. How many predictions are right comes from the maps of the rows predicted to be of each class: that a class was predicted says more
 * than its score. What needs to know the predicted class (accuracy, precision, recall, F1) is absent where counts are not split by it.
 *
 * The standard error of an average over classes is the average of their standard errors: an upper bound, for classes share their rows.
 */
export function estimateMulticlass(
  classes: readonly ClassCalibration[],
  { counts, byPredicted, nEff }: MulticlassCounts,
  sources: ErrorSources,
): Measurements {
  const cells = classes.map(({ map }, k) => splitCells(map, counts[k] ?? [], nEff));
  const measure = (own: ScoredCells, metric: Sensitivity): Estimate => ({
    value: metric.value,
    se: standardErrorOf(own, metric, sources),
  });
  const areas = cells.flatMap((own) =>
    own.totalPositives > 0 && own.totalNegatives > 0 ? [measure(own, areaSensitivity(own))] : [],
  );
  return {
    ...named('roc_auc', areas.length === 0 ? undefined : average(areas, areas.length)),
    ...named('log_loss', estimateLogLoss(classes, cells, sources), Infinity),
    ...(byPredicted === undefined ? {} : estimateDecisions(classes, byPredicted, { counts, nEff }, sources)),
  };
}

/** Mean loss of the true class's score, class by class, at the mean score of each cell. Only where scores are probabilities. */
function estimateLogLoss(
  classes: readonly ClassCalibration[],
  cells: readonly ScoredCells[],
  sources: ErrorSources,
): Estimate | undefined {
  if (!classes.every(({ map }) => map.meanScores.every((score) => score >= 0 && score <= 1))) return undefined;
  // Every row is of one class: the classes' positives together are the rows.
  const weight = cells.reduce((sum, own) => sum + own.totalPositives, 0);
  if (!(weight > 0)) return undefined;
  const losses = classes.map(({ map }) => Float64Array.from(map.meanScores, lossOf));
  const value =
    cells.reduce(
      (sum, { positives }, k) => sum + positives.reduce((own, rows, i) => own + rows * losses[k]![i]!, 0),
      0,
    ) / weight;
  const variance = cells.reduce((sum, own, k) => {
    const byPositives = losses[k]!.map((loss) => (loss - value) / weight);
    const metric = { value, byPositives, byNegatives: new Float64Array(byPositives.length) };
    return sum + standardErrorOf(own, metric, sources) ** 2;
  }, 0);
  return { value, se: Math.sqrt(variance) };
}

/** Each class as decided or not: its score's cells twice, of the rows predicted to be of it and of all others. */
function estimateDecisions(
  classes: readonly ClassCalibration[],
  byPredicted: readonly (readonly Float64Array[])[],
  { counts, nEff }: Pick<MulticlassCounts, 'counts' | 'nEff'>,
  sources: ErrorSources,
): Measurements {
  const precision: Estimate[] = [];
  const recall: Estimate[] = [];
  const f1: Estimate[] = [];
  let present = 0;
  const predicted: ScoredCells[] = [];
  for (const [j, { map, whenPredicted = map }] of classes.entries()) {
    const decided = byPredicted[j]![j]!;
    const own = splitDecided({ map, whenPredicted }, decided, counts[j]!, nEff);
    const isDecided = (cell: number): boolean => cell < decided.length;
    const found = decisionSensitivities(own, isDecided);
    const add = (list: Estimate[], metric: Sensitivity | undefined): void => {
      if (metric !== undefined) list.push({ value: metric.value, se: standardErrorOf(own, metric, sources) });
    };
    add(precision, found.precision);
    add(recall, found.recall);
    add(f1, found.f1);
    if (found.f1 !== undefined) present++;
    predicted.push(splitCells(whenPredicted, decided, nEff));
  }
  // Every row is predicted to be of one class: right or wrong over all of them is the precision of saying so.
  const all = joinCells(predicted, nEff);
  const accuracy = decisionSensitivities(all, () => true).precision;
  return {
    ...named('accuracy', accuracy && { value: accuracy.value, se: standardErrorOf(all, accuracy, sources) }),
    ...named('precision', average(precision, present)),
    ...named('recall', average(recall, present)),
    ...named('f1', average(f1, present)),
  };
}

/** Cells of several maps, one after the other. */
function joinCells(parts: readonly ScoredCells[], nEff: number): ScoredCells {
  const join = (key: 'positives' | 'negatives' | 'labelVariance' | 'mapVariance'): Float64Array =>
    Float64Array.from(parts.flatMap((part) => [...part[key]]));
  const totalPositives = parts.reduce((sum, part) => sum + part.totalPositives, 0);
  const totalNegatives = parts.reduce((sum, part) => sum + part.totalNegatives, 0);
  return {
    positives: join('positives'),
    negatives: join('negatives'),
    labelVariance: join('labelVariance'),
    mapVariance: join('mapVariance'),
    totalPositives,
    totalNegatives,
    weightOfRow: nEff > 0 ? (totalPositives + totalNegatives) / nEff : 1,
  };
}

/**
 * The cells of a class twice: of the rows predicted to be of it, then of the others. The positives among the others are those that the map gives all
 * rows, less those that were predicted.
 */
function splitDecided(
  { map, whenPredicted }: { readonly map: CalibrationMap; readonly whenPredicted: CalibrationMap },
  decided: Float64Array,
  counts: Float64Array,
  nEff: number,
): ScoredCells {
  const probabilities = map.probabilities.map((probability, i) => {
    const others = counts[i]! - decided[i]!;
    if (!(others > 0)) return probability;
    return Math.min(
      1,
      Math.max(0, (counts[i]! * probability - decided[i]! * whenPredicted.probabilities[i]!) / others),
    );
  });
  const twice = {
    ...map,
    probabilities: [...whenPredicted.probabilities, ...probabilities],
    meanScores: [...whenPredicted.meanScores, ...map.meanScores],
    rows: [...whenPredicted.rows, ...map.rows.map((rows, i) => Math.max(0, rows - whenPredicted.rows[i]!))],
  };
  const others = counts.map((rows, i) => Math.max(0, rows - decided[i]!));
  return splitCells(twice, Float64Array.of(...decided, ...others), nEff);
}

/** Mean over `count` classes; a class without the metric counts 0, as in scikit-learn. */
function average(estimates: readonly Estimate[], count: number): Estimate | undefined {
  if (count === 0) return undefined;
  const value = estimates.reduce((sum, one) => sum + one.value, 0) / count;
  return { value, se: estimates.reduce((sum, one) => sum + one.se, 0) / count };
}

function named(metric: string, estimate: Estimate | undefined, max = UNIT.max): Record<string, Measurement> {
  if (estimate === undefined) return {};
  return { [metric]: normalInterval(estimate.value, estimate.se, { min: 0, max }) };
}
