import type { ScoreCounts } from '../estimation-input.ts';
import type { Measurements } from '../metric.ts';
import type { Estimator } from '../performance-reference.ts';
import { estimateBinary } from './estimate-binary.ts';
import { estimateMulticlass } from './estimate-multiclass.ts';
import { estimateRegression } from './estimate-regression.ts';
import type { EstimateSettings } from './estimate-settings.ts';
import type { ErrorSources } from './sensitivity.ts';

/**
 * Performance without labels, from counts of scores alone: confidence-based estimation by the calibration map (binary, multiclass), expected
 * loss by prediction (regression).
 *
 * A metric that cannot be known is absent. Intervals (95 %, by the delta method) say where the realized metric is expected: they hold the
 * chance of labels, of which rows came, and the map's own sampling error. They cannot hold what scores do not show: a changed relation of
 * inputs and label, inputs that changed inside a cell, a selection of rows.
 *
 * @throws RangeError where counts are of another task than the estimator
 */
export function estimatePerformance(
  estimator: Estimator,
  counts: ScoreCounts,
  settings: EstimateSettings = {},
  sources: ErrorSources = { scores: true, map: true },
): Measurements {
  if (estimator.task === 'binary' && counts.task === 'binary') {
    return estimateBinary(estimator.map, counts, withOwn(estimator, settings), sources);
  }
  if (estimator.task === 'multiclass' && counts.task === 'multiclass') {
    return estimateMulticlass(estimator.classes, counts, sources);
  }
  if (estimator.task === 'regression' && counts.task === 'regression') {
    return estimateRegression(estimator.loss, counts, sources);
  }
  throw new RangeError(`counts of a ${counts.task} model cannot be estimated as ${estimator.task}`);
}

/** Settings with the estimator's own threshold where none is given, and no business value that needs amounts. */
function withOwn(
  { threshold: own, hasAmounts }: Extract<Estimator, { task: 'binary' }>,
  { threshold = own, topShare, business }: EstimateSettings,
): EstimateSettings {
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(topShare === undefined ? {} : { topShare }),
    ...(business === undefined || hasAmounts === true ? {} : { business }),
  };
}
