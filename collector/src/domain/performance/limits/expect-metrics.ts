import type { Measurement, MetricName } from '../metric.ts';
import type { ExpectedMetric, ExpectedMetrics } from '../performance-reference.ts';
import type { Measured } from '../realized/measured.ts';

/** Chunks with fewer rows than this part of the middle chunk say little of how chunks stray, and much of their own sampling. */
const LEAST_PART = 0.5;

/**
 * What each metric is expected to be: value and standard error over all labeled rows of the reference, and the spread between its chunks beyond
 * their own sampling, by the method of moments: between^2 = max(0, variance of the chunks' values (divisor chunks - 1) - mean of their
 * squared standard errors).
 *
 * Chunks without the metric are left out, and those with under half the rows of the median chunk (the rest at the end of a file). Under two
 * chunks `between` is 0. `rows` is the effective number. A business value is expected per row: `value`, `se` and `between` are those of
 * the total divided by the rows it stands for.
 */
export function expectMetrics(whole: Measured, chunks: readonly Measured[]): ExpectedMetrics {
  const sizes = chunks.map(({ nEff }) => nEff).sort((a, b) => a - b);
  const least = LEAST_PART * (sizes[Math.floor(sizes.length / 2)] ?? 0);
  const used = chunks.filter(({ nEff }) => nEff >= least);
  const expected: { [metric in MetricName]?: ExpectedMetric } = {};
  for (const metric of Object.keys(whole.metrics) as MetricName[]) {
    const measurement = perRow(metric, whole);
    if (measurement === undefined) continue;
    const ofChunks = used.map((chunk) => perRow(metric, chunk)).filter((chunk) => chunk !== undefined);
    expected[metric] = {
      value: measurement.value,
      se: measurement.se,
      rows: whole.nEff,
      between: spreadBetween(ofChunks),
      chunks: ofChunks.length,
    };
  }
  return expected;
}

function perRow(metric: MetricName, { metrics, weight }: Measured): Pick<Measurement, 'value' | 'se'> | undefined {
  const measurement = metrics[metric];
  if (measurement === undefined || metric !== 'business_value') return measurement;
  return { value: measurement.value / weight, se: measurement.se / weight };
}

function spreadBetween(chunks: readonly Pick<Measurement, 'value' | 'se'>[]): number {
  if (chunks.length < 2) return 0;
  const mean = chunks.reduce((sum, { value }) => sum + value, 0) / chunks.length;
  const variance = chunks.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (chunks.length - 1);
  const sampling = chunks.reduce((sum, { se }) => sum + se ** 2, 0) / chunks.length;
  return Math.sqrt(Math.max(0, variance - sampling));
}
