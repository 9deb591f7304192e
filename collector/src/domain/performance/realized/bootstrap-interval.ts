import type { Measurement } from '../metric.ts';
import { toMeasurement, wilsonInterval, type Range } from './intervals.ts';

/** A variance that is 0 but for rounding. */
const LEAST_VARIANCE = 1e-24;

/**
 * A value with the spread of its bootstrap replicates: standard deviation, and the 2.5 % and 97.5 % quantiles (type 7) counted from the
 * replicates' mean. Counted so, what resampling adds to a metric that noise can only raise (calibration error, KS separation) does not move
 * the interval off its value. Undefined with under two replicates that are numbers.
 *
 * Where the replicates do not vary at all (a perfect separation) they say nothing: Wilson's interval for the smaller class then, as if each of its
 * rows were a hit or a miss.
 *
 * @param range what the metric can be, from 0
 * @param smaller effective rows of the smaller class
 */
export function bootstrapInterval(
  value: number,
  replicates: Float64Array,
  range: Range,
  smaller: number,
): Measurement | undefined {
  const known = replicates.filter((replicate) => !Number.isNaN(replicate)).sort();
  if (known.length < 2) return undefined;
  const mean = known.reduce((sum, replicate) => sum + replicate, 0) / known.length;
  const variance = known.reduce((sum, replicate) => sum + (replicate - mean) ** 2, 0) / (known.length - 1);
  if (!(variance > LEAST_VARIANCE)) {
    const { low, high, se } = wilsonInterval(value / range.max, smaller);
    return toMeasurement(value, low * range.max, high * range.max, se * range.max, range);
  }
  return toMeasurement(
    value,
    value + quantileOfSorted(known, 0.025) - mean,
    value + quantileOfSorted(known, 0.975) - mean,
    Math.sqrt(variance),
    range,
  );
}

function quantileOfSorted(sorted: Float64Array, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  return low + (position - below) * ((sorted[below + 1] ?? low) - low);
}
