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

/** Rows predicted to be of a class that its own map of them needs. */
const LEAST_PREDICTED = 100;

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
  const map = planMap(rows, chooseMapBounds(rows.scores.slice().sort(), layoutBounds, threshold));
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
    const decided = [...rows.predicted.keys()].filter((row) => rows.predicted[row] === place);
    const bounds = chooseMapBounds(ofClass.scores.slice().sort(), layoutBounds, undefined);
    return [{ label, field, map: planMap(ofClass, bounds), whenPredicted: planPart(ofClass, decided, bounds) }];
  });
  if (planned.length < outputs.classes.length || planned.length < 2) return undefined;
  return {
    build: (isLeftOut) => ({
      task: 'multiclass',
      classes: planned.map(({ label, field, map, whenPredicted }) => ({
        label,
        field,
        map: map(isLeftOut),
        ...(whenPredicted && { whenPredicted: whenPredicted(isLeftOut) }),
      })),
    }),
  };
}

/** How the map of one score is made. */
type MapPlan = (isLeftOut?: (row: number) => boolean) => CalibrationMap;

/** The map of some of the rows; undefined for too few. */
function planPart(rows: AscendingRows, part: readonly number[], bounds: readonly number[]): MapPlan | undefined {
  if (part.length < LEAST_PREDICTED) return undefined;
  const own = {
    scores: Float64Array.from(part, (row) => rows.scores[row]!),
    labels: Uint8Array.from(part, (row) => rows.labels[row]!),
    weights: Float64Array.from(part, (row) => rows.weights[row]!),
  };
  const plan = planMap(own, bounds);
  return (isLeftOut) => plan(isLeftOut && ((index) => isLeftOut(part[index]!)));
}

function planMap(rows: AscendingRows, bounds: readonly number[]): MapPlan {
  const order = orderRows([rows.scores, rows.weights]);
  const ascending = {
    scores: Float64Array.from(order, (row) => rows.scores[row]!),
    labels: Uint8Array.from(order, (row) => rows.labels[row]!),
    weights: Float64Array.from(order, (row) => rows.weights[row]!),
  };
  const isFitted = needsCalibration(ascending);
  return (isLeftOut) => {
    if (isLeftOut === undefined) return fitCalibrationMap(ascending, bounds, isFitted);
    const weights = ascending.weights.map((weight, i) => (isLeftOut(order[i]!) ? 0 : weight));
    return fitCalibrationMap({ ...ascending, weights }, bounds, isFitted);
  };
}
