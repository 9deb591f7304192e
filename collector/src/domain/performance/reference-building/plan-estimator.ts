import { chooseMapBounds } from '../estimated/choose-map-bounds.ts';
import { fitCalibrationMap } from '../estimated/fit-calibration-map.ts';
import type { AscendingRows } from '../estimated/isotonic-regression.ts';
import { needsCalibration } from '../estimated/needs-calibration.ts';
import type { LabeledRows } from '../labeled-rows.ts';
import type { CalibrationMap, Estimator } from '../performance-reference.ts';
import type { PredictionOutputs } from '../prediction-outputs.ts';
import { orderRows } from '../realized/order-rows.ts';
import { findThreshold } from './decision-threshold.ts';
import { measureExpectedLoss } from './measure-expected-loss.ts';

/** What an estimator needs beside the labeled rows. */
export interface EstimatorContext {
  readonly outputs: PredictionOutputs;
  /** Bounds of the layout of a score by the name of its field; undefined where the reference has no such field. */
  readonly boundsOf: (field: string) => readonly number[] | undefined;
}

/** Builds the estimator of some rows, also without some of them: cells and the choice whether to fit stay those of all rows. */
export interface EstimatorPlan {
  readonly build: (isLeftOut?: (row: number) => boolean) => Estimator;
}

/** Plans the estimator of labeled rows; undefined where a score has no layout. */
export function planEstimator(labeled: LabeledRows, context: EstimatorContext): EstimatorPlan | undefined {
  const { outputs, boundsOf } = context;
  if (labeled.task === 'multiclass') return planMulticlass(labeled.rows, context);
  const { field } = outputs;
  const layoutBounds = field === undefined ? undefined : boundsOf(field);
  if (field === undefined || layoutBounds === undefined) return undefined;
  if (labeled.task === 'regression') {
    const { rows } = labeled;
    const bounds = chooseMapBounds(rows.predictions.slice().sort(), layoutBounds, undefined);
    return {
      build: (isLeftOut) => ({ task: 'regression', field, loss: measureExpectedLoss(rows, bounds, isLeftOut) }),
    };
  }
  const { rows } = labeled;
  const threshold = rows.decisions === undefined ? outputs.threshold : findThreshold(rows.scores, rows.decisions);
  const map = planMap(rows, layoutBounds, threshold);
  const shared = {
    task: 'binary' as const,
    field,
    ...(threshold === undefined ? {} : { threshold }),
    ...(rows.amounts === undefined ? {} : { hasAmounts: true as const }),
  };
  return { build: (isLeftOut) => ({ ...shared, map: map(isLeftOut) }) };
}

function planMulticlass(
  rows: Extract<LabeledRows, { task: 'multiclass' }>['rows'],
  { outputs, boundsOf }: EstimatorContext,
): EstimatorPlan | undefined {
  const width = rows.classes.length;
  const planned = outputs.classes.flatMap(({ label, field }) => {
    const layoutBounds = boundsOf(field);
    const place = rows.classes.indexOf(label);
    if (layoutBounds === undefined || place < 0) return [];
    const ofClass = {
      scores: Float64Array.from(rows.weights, (_, row) => rows.scores[row * width + place]!),
      labels: Uint8Array.from(rows.labels, (own) => Number(own === place)),
      weights: rows.weights,
    };
    return [{ label, field, map: planMap(ofClass, layoutBounds, undefined) }];
  });
  if (planned.length < outputs.classes.length || planned.length < 2) return undefined;
  return {
    build: (isLeftOut) => ({
      task: 'multiclass',
      classes: planned.map(({ label, field, map }) => ({ label, field, map: map(isLeftOut) })),
    }),
  };
}

function planMap(
  rows: AscendingRows,
  layoutBounds: readonly number[],
  threshold: number | undefined,
): (isLeftOut?: (row: number) => boolean) => CalibrationMap {
  const order = orderRows([rows.scores, rows.weights]);
  const ascending = {
    scores: Float64Array.from(order, (row) => rows.scores[row]!),
    labels: Uint8Array.from(order, (row) => rows.labels[row]!),
    weights: Float64Array.from(order, (row) => rows.weights[row]!),
  };
  const bounds = chooseMapBounds(ascending.scores, layoutBounds, threshold);
  const isFitted = needsCalibration(ascending);
  return (isLeftOut) => {
    if (isLeftOut === undefined) return fitCalibrationMap(ascending, bounds, isFitted);
    const weights = ascending.weights.map((weight, i) => (isLeftOut(order[i]!) ? 0 : weight));
    return fitCalibrationMap({ ...ascending, weights }, bounds, isFitted);
  };
}
