import type { Verdict } from '../../drift/verdict.ts';
import type { MetricName } from '../metric.ts';
import type { WindowMetric, WindowMetrics } from './window-performance.ts';

/** Metrics, and the row's verdict: that of the primary one. */
export interface HeldVerdicts {
  readonly metrics: WindowMetrics;
  readonly primary: MetricName;
  readonly verdict: Verdict;
  readonly reason: string;
}

/**
 * Takes the primary metric's verdict as the row's.
 *
 * @param doubt Why nothing can be judged: every verdict is then `unknown`, and values keep their intervals.
 */
export function holdVerdicts(metrics: WindowMetrics, primary: MetricName, doubt: string | undefined): HeldVerdicts {
  const held: { [metric in MetricName]?: WindowMetric } = {};
  for (const [name, metric] of Object.entries(metrics) as [MetricName, WindowMetric][]) {
    held[name] = doubt === undefined ? metric : { ...metric, verdict: 'unknown', reason: doubt, strength: 0 };
  }
  const own = held[primary];
  const unknown = { verdict: 'unknown', reason: doubt ?? `${primary} cannot be known from these rows` } as const;
  const { verdict, reason } = own ?? unknown;
  return { metrics: held, primary, verdict, reason };
}
