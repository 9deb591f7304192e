import type { Verdict } from '../../drift/verdict.ts';
import { formatTogether, nameMetric } from '../limits/describe-metric.ts';
import type { Measurement, Measurements, MetricName } from '../metric.ts';
import { Z_95 } from '../realized/intervals.ts';

/** What else than concept drift can move the realized metric away from the estimate on the same rows. */
export const OTHER_CAUSES = [
  'selection of labels',
  'label errors',
  'a map fitted on training rows',
  'covariate shift inside a bin',
] as const;

/**
 * Realized minus estimated performance of the same rows, metric by metric: what scores do not explain.
 *
 * The interval is the estimate's, turned around: given the scores, labels are drawn once (their chance is not counted again with the realized
 * metric), and the map has its own error.
 *
 * @param estimated from `estimateOnRows`, on the rows that `realized` was measured on
 */
export function unexplainedChange(realized: Measurements, estimated: Measurements): Measurements {
  const changes: { [metric in MetricName]?: Measurement } = {};
  for (const [metric, estimate] of Object.entries(estimated) as [MetricName, Measurement][]) {
    const own = realized[metric];
    if (own === undefined) continue;
    const value = own.value - estimate.value;
    const half = Z_95 * estimate.se;
    changes[metric] = { value, low: value - half, high: value + half, se: estimate.se };
  }
  return changes;
}

/** An unexplained change in words: both sides, and beyond the limits what it is called and what else it can be. */
export function describeUnexplained(
  metric: MetricName,
  sides: { readonly realized: number; readonly estimated: number },
  { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
): string {
  if (verdict === 'unknown') return reason;
  const [realized, estimated] = formatTogether([sides.realized, sides.estimated]);
  const compared = `${nameMetric(metric)} ${realized} where the scores of the same rows say ${estimated ?? realized}`;
  if (verdict === 'ok') return `${compared}: explained`;
  return `concept drift suspected: ${compared}; it can also be ${listCauses()}`;
}

function listCauses(): string {
  return `${OTHER_CAUSES.slice(0, -1).join(', ')} or ${OTHER_CAUSES.at(-1)}`;
}
