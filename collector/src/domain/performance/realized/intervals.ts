import type { Measurement } from '../metric.ts';

/** The 0.975 quantile of the normal distribution. */
export const Z_95 = 1.959963984540054;

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Cuts the interval to what the metric can be; the value stays inside whatever rounding does. */
export function toMeasurement(value: number, low: number, high: number, se: number, range: Range): Measurement {
  return {
    value,
    low: Math.min(value, Math.max(range.min, low)),
    high: Math.max(value, Math.min(range.max, high)),
    se,
  };
}

/** value +- 1.96 se, cut to the range. */
export function normalInterval(value: number, se: number, range: Range): Measurement {
  return toMeasurement(value, value - Z_95 * se, value + Z_95 * se, se, range);
}

/**
 * A share of `n` rows (`n` may be an effective number) with Wilson's interval (Wilson 1927). The standard error is that of Agresti and Coull
 * (1998), sqrt(p (1 - p) / n) after adding z^2 / 2 hits and as many misses: at 0 and 1 it is not 0.
 */
export function wilsonInterval(share: number, n: number): Measurement {
  const square = Z_95 * Z_95;
  const center = (share * n + square / 2) / (n + square);
  const half = (Z_95 / (n + square)) * Math.sqrt(n * share * (1 - share) + square / 4);
  const se = Math.sqrt((center * (1 - center)) / (n + square));
  return toMeasurement(share, center - half, center + half, se, { min: 0, max: 1 });
}

/**
 * A weighted mean with its normal interval by the variance of the rows: se = sqrt(sum w^2 (x - mean)^2) / sum w, times
 * sqrt(n / (n - 1)); undefined under two rows.
 */
export function meanInterval(values: Float64Array, weights: Float64Array, range: Range): Measurement | undefined {
  if (values.length < 2) return undefined;
  const mean = weightedMean(values, weights);
  if (!Number.isFinite(mean)) return undefined;
  return normalInterval(mean, standardErrorOfMean(values, weights, mean), range);
}

/** sum w x / sum w, by compensated summation (Neumaier 1974), so that large values lose no digits; NaN without weight. */
export function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let lost = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    const term = values[i]! * weights[i]!;
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
    weight += weights[i]!;
  }
  return weight > 0 ? (sum + lost) / weight : NaN;
}

/** Of a weighted mean of at least two rows. */
export function standardErrorOfMean(values: Float64Array, weights: Float64Array, mean: number): number {
  let squares = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    squares += (weights[i]! * (values[i]! - mean)) ** 2;
    weight += weights[i]!;
  }
  return Math.sqrt((squares * values.length) / (values.length - 1)) / weight;
}

/** (sum w)^2 / sum w^2; 0 without weight. */
export function effectiveRows(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    squares += weights[i]! ** 2;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}
