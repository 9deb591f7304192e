import type { ScoreCounts } from '../estimation-input.ts';
import type { LabeledRows } from '../labeled-rows.ts';
import type { Measurements } from '../metric.ts';
import type { Estimator } from '../performance-reference.ts';
import { effectiveRows } from '../realized/intervals.ts';
import { estimatePerformance } from './estimate-performance.ts';
import type { EstimateSettings } from './estimate-settings.ts';
import { mapCellOf } from './fit-calibration-map.ts';

/**
 * The estimate recomputed on rows that have a label, as if they had none. Their scores are given, so its interval holds only the chance of
 * their labels and the map's own error: what `unexplainedChange` needs.
 */
export function estimateOnRows(
  estimator: Estimator,
  labeled: LabeledRows,
  settings: EstimateSettings = {},
): Measurements {
  return estimatePerformance(estimator, countScores(estimator, labeled), settings, { scores: false, map: true });
}

/**
 * Counts the scores of rows in the cells of an estimator.
 *
 * @throws RangeError where rows are of another task
 */
export function countScores(estimator: Estimator, labeled: LabeledRows): ScoreCounts {
  const { weights } = labeled.rows;
  const nEff = effectiveRows(weights);
  if (estimator.task === 'binary' && labeled.task === 'binary') {
    return { task: 'binary', counts: countCells(estimator.map.bounds, labeled.rows.scores, weights), nEff };
  }
  if (estimator.task === 'regression' && labeled.task === 'regression') {
    return { task: 'regression', counts: countCells(estimator.loss.bounds, labeled.rows.predictions, weights), nEff };
  }
  if (estimator.task !== 'multiclass' || labeled.task !== 'multiclass') {
    throw new RangeError(`rows of a ${labeled.task} model cannot be estimated as ${estimator.task}`);
  }
  const { rows } = labeled;
  const places = estimator.classes.map(({ label }) => rows.classes.indexOf(label));
  const classOf = new Map(places.map((place, k) => [place, k]));
  const empty = (): Float64Array[] => estimator.classes.map(({ map }) => new Float64Array(map.bounds.length + 1));
  const counts = empty();
  const byPredicted = estimator.classes.map(empty);
  for (let i = 0; i < weights.length; i++) {
    const predicted = classOf.get(rows.predicted[i]!);
    for (const [k, { map }] of estimator.classes.entries()) {
      const cell = mapCellOf(map.bounds, rows.scores[i * rows.classes.length + places[k]!] ?? NaN);
      counts[k]![cell]! += weights[i]!;
      if (predicted !== undefined) byPredicted[predicted]![k]![cell]! += weights[i]!;
    }
  }
  return { task: 'multiclass', counts, byPredicted, nEff };
}

function countCells(bounds: readonly number[], scores: Float64Array, weights: Float64Array): Float64Array {
  const counts = new Float64Array(bounds.length + 1);
  for (let i = 0; i < scores.length; i++) counts[mapCellOf(bounds, scores[i]!)]! += weights[i]!;
  return counts;
}
