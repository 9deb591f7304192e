import type { Measurement } from '../metric.ts';
import { toMeasurement, type Range } from './intervals.ts';

/**
 * A value with the spread of its bootstrap replicates: standard deviation, and the 2.5 % and 97.5 % quantiles (type 7) counted from the
 * replicates' mean. Counted so, what resampling adds to a metric that noise can only raise (calibration error, KS separation) does not move
 * the interval off its value. Undefined with under two replicates that are numbers.
 */
export function bootstrapInterval(value: number, replicates: Float64Array, range: Range): Measurement | undefined {
  const known = replicates.filter((replicate) => !Number.isNaN(replicate)).sort();
  if (known.length < 2) return undefined;
  const mean = known.reduce((sum, replicate) => sum + replicate, 0) / known.length;
  const variance = known.reduce((sum, replicate) => sum + (replicate - mean) ** 2, 0) / (known.length - 1);
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
