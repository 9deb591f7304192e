import type { ModelName } from './model-name.ts';
import type { Moment } from './moment.ts';
import type { Random } from './random.ts';

export { MODEL_NAMES, type ModelName } from './model-name.ts';

/** Where a field lives: fields of one tensor are its columns, in the order in which they are listed. */
export interface FieldPlace {
  readonly name: string;
  readonly tensor: string;
  readonly type: 'float32' | 'int64' | 'string';
}

/** One simulated row by field name, with the label under the world's label name. NaN is a missing number. */
export type Row = Record<string, number | string>;

/** When people get to know what was true of a row. Delays are log-normal. */
export interface LabelPolicy {
  /**
   * `positives`: only where the label is 1; nobody ever tells that a payment was good. `approved`: only where the model said 0; what became of
   * a declined loan nobody ever knows.
   */
  readonly comeFor: 'every row' | 'positives' | 'approved';
  /** Half of the labels come within this time. */
  readonly medianDays: number;
  /** 95 % of the labels come within this time. */
  readonly p95Days: number;
}

/**
 * A population and what becomes of it: where the rows of one model come from.
 *
 * Worlds are pure: all chance comes from the `Random` passed in, all time from the `Moment`. They know nothing of incidents.
 */
export interface World {
  readonly model: ModelName;
  /** Mean rows per day at scale 1. */
  readonly rowsPerDay: number;
  /** Rows of the reference: the rarer the label, the more it takes to know what to expect. */
  readonly referenceRows: number;
  /** Rows a day that are kept one by one for their labels; every row is profiled. */
  readonly keptRowsPerDay: number;
  readonly fields: readonly FieldPlace[];
  /** Name of the outcome: 0 or 1, or an amount. */
  readonly label: string;
  /** Name of the time column in rows for a baseline. */
  readonly time: string;
  /** The declared segment key and its values; without one, all rows are of one nameless segment. */
  readonly segment?: { readonly key: string; readonly values: readonly string[] };
  readonly labels: LabelPolicy;
  /** Expected rows of the hour over the expected rows of a mean hour. */
  readonly volume: (moment: Moment) => number;
  /** Weight of each segment value in the hour. Without segments: one weight. */
  readonly mix: (moment: Moment) => readonly number[];
  /** Draws rows of one hour and segment value (`''` without segments). */
  readonly population: (moment: Moment) => (random: Random, segment: string) => Row;
}

/** Fields of one [N,D] tensor of float32. */
export function floatColumns(tensor: string, names: readonly string[]): FieldPlace[] {
  return names.map((name) => ({ name, tensor, type: 'float32' }));
}

/** Fields that are tensors of their own, [N,1], named as the field. */
export function ownTensors(type: FieldPlace['type'], names: readonly string[]): FieldPlace[] {
  return names.map((name) => ({ name, tensor: name, type }));
}

/** Rows of a mean hour times (share of the hour in its day) times (share of the weekday in its week), both averaging 1. */
export function cyclicVolume(hourWeights: readonly number[], weekdayWeights: readonly number[]): World['volume'] {
  const mean = (weights: readonly number[]) => weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const hourMean = mean(hourWeights);
  const weekdayMean = mean(weekdayWeights);
  return (moment) => {
    const hour = (hourWeights[moment.hourOfDay] ?? 0) / hourMean;
    const weekday = (weekdayWeights[moment.weekday] ?? 0) / weekdayMean;
    return hour * weekday * Math.exp(moment.effect('volume'));
  };
}

/** The logistic function: a probability from log-odds. */
export function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** Standard deviation of the logistic distribution, to turn effects in standard deviations into log-odds. */
export const LOGISTIC_DEVIATION = Math.PI / Math.sqrt(3);
