import type { MetricName } from '../metric.ts';
import type { ExpectedMetric } from '../performance-reference.ts';
import { widenThree } from './student-quantile.ts';

/** What a metric is expected to be in a window, and how far it may stray to either side. */
export interface MetricLimits {
  readonly expected: number;
  readonly distance: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * How many standard errors noise alone raises a calibration error of ten bands by, where nothing else does: each band's |gap| is half-normal,
 * of mean sqrt(2 / pi) s, and the bootstrap finds a standard error of 0.76 s / sqrt(10) for the mean of ten.
 */
const NOISE_OF_ECE = (Math.sqrt(2 / Math.PI) * Math.sqrt(10)) / 0.76;

/**
 * expected +- k sqrt(b^2 + s^2). s^2 = se^2 rows / n + se^2 is the sampling of the window and of the reference, b^2 = between^2 + between^2 / chunks
 * how far windows stray and how far that leaves the reference. k is 3, widened to the same tail of Student's t for the few chunks that
 * `between` comes from (Satterthwaite 1946: (b^2 + s^2)^2 / (b^4 / (chunks - 1)) degrees of freedom).
 *
 * A window of fewer rows than the reference is expected to have the greater calibration error that its noise gives it. A business value
 * is expected per row, and its limits are those of the total of `weight` rows. Limits are not cut to what the metric can be: a change
 * of it has limits too.
 *
 * @param n effective rows of the window
 * @param weight rows that the window stands for
 */
export function limitMetric(metric: MetricName, reference: ExpectedMetric, n: number, weight: number): MetricLimits {
  const scale = metric === 'business_value' ? weight : 1;
  const seHere = reference.se * Math.sqrt(reference.rows / n);
  const between = reference.between ** 2 * (1 + 1 / Math.max(1, reference.chunks));
  const variance = between + seHere ** 2 + reference.se ** 2;
  const df = between > 0 ? variance ** 2 / (between ** 2 / Math.max(1, reference.chunks - 1)) : Infinity;
  const distance = widenThree(df) * Math.sqrt(variance) * scale;
  const noise = metric === 'ece' ? NOISE_OF_ECE * Math.max(0, seHere - reference.se) : 0;
  const expected = (reference.value + noise) * scale;
  return { expected, distance, lower: expected - distance, upper: expected + distance };
}
