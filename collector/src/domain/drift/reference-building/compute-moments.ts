import type { ReferenceMoments } from '../reference.ts';

/** Mean and population standard deviation in two passes, and the range; undefined without values. */
export function computeMoments(values: Float64Array): ReferenceMoments | undefined {
  if (values.length === 0) return undefined;
  let [min, max] = [Infinity, -Infinity];
  let mean = 0;
  for (const value of values) {
    mean += value / values.length;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  // Rounding must not move the mean of equal values.
  mean = Math.min(max, Math.max(min, mean));
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2 / values.length;
  return { mean, std: Math.sqrt(squares), min, max };
}
