import type { RegressionRows } from '../labeled-rows.ts';
import type { Measurement, Measurements } from '../metric.ts';
import {
  effectiveRows,
  meanInterval,
  normalInterval,
  standardErrorOfMean,
  toMeasurement,
  weightedMean,
  type Range,
} from './intervals.ts';
import type { Measured } from './measured.ts';
import { orderRows } from './order-rows.ts';

/** What scikit-learn divides a relative error by at least. */
const EPSILON = 2 ** -52;

const NOT_NEGATIVE: Range = { min: 0, max: Infinity };
const UNBOUNDED: Range = { min: -Infinity, max: Infinity };

/** Metrics of a regression; see docs/performance.md for each. */
export function measureRegression(rows: RegressionRows): Measured {
  const order = orderRows([rows.predictions, rows.labels, rows.weights]);
  const take = (values: Float64Array): Float64Array => {
    const taken = new Float64Array(order.length);
    for (let i = 0; i < order.length; i++) taken[i] = values[order[i]!]!;
    return taken;
  };
  const labels = take(rows.labels);
  const weights = take(rows.weights);
  const errors = take(rows.predictions).map((prediction, i) => prediction - labels[i]!);
  const squares = errors.map((error) => error * error);
  const mean = (values: Float64Array, range: Range): Measurement | undefined => meanInterval(values, weights, range);
  const mse = mean(squares, NOT_NEGATIVE);
  const found: { readonly [metric in keyof Measurements]: Measurement | undefined } = {
    mae: mean(errors.map(Math.abs), NOT_NEGATIVE),
    mse,
    rmse: mse && rootOf(mse),
    mape: mean(
      errors.map((error, i) => Math.abs(error) / Math.max(Math.abs(labels[i]!), EPSILON)),
      NOT_NEGATIVE,
    ),
    r2: mse && determination(labels, squares, weights, mse.value),
    bias: mean(errors, UNBOUNDED),
  };
  return {
    rows: errors.length,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    nEff: effectiveRows(weights),
    metrics: Object.fromEntries(Object.entries(found).filter(([, measurement]) => measurement !== undefined)),
  };
}

/** The root of the mean square, its interval and, by the delta method, its standard error. */
function rootOf({ value, low, high, se }: Measurement): Measurement {
  const root = Math.sqrt(value);
  return toMeasurement(root, Math.sqrt(low), Math.sqrt(high), root > 0 ? se / (2 * root) : 0, NOT_NEGATIVE);
}

/**
 * R2 = 1 - mean squared error / variance of the labels about their own mean; undefined where the labels are all the same. Its standard
 * error is that of the mean of its influence function (Hampel 1974): -(e^2 - mse) / var + mse / var^2 ((y - mean)^2 - var).
 */
function determination(
  labels: Float64Array,
  squares: Float64Array,
  weights: Float64Array,
  mse: number,
): Measurement | undefined {
  const mean = weightedMean(labels, weights);
  const deviations = labels.map((label) => (label - mean) ** 2);
  const variance = weightedMean(deviations, weights);
  if (!(variance > 0) || labels.every((label) => label === labels[0])) return undefined;
  const ratio = mse / variance;
  const influence = squares.map((square, i) => (ratio * deviations[i]! - square) / variance);
  const se = standardErrorOfMean(influence, weights, weightedMean(influence, weights));
  return normalInterval(1 - ratio, se, { min: -Infinity, max: 1 });
}
