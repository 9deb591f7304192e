import { formatCount } from '../../drift/describe.ts';
import type { Window } from '../../drift/observation.ts';
import { estimatePerformance } from '../estimated/estimate-performance.ts';
import type { ScoreCounts } from '../estimation-input.ts';
import { judgeMetric } from '../limits/judge-metric.ts';
import type { MetricName } from '../metric.ts';
import type { PerformanceReference } from '../performance-reference.ts';
import { holdVerdicts } from './hold-verdicts.ts';
import type { PerformanceSettings } from './performance-settings.ts';
import type { WindowMetric, WindowPerformance } from './window-performance.ts';

/** What the profiles of one version's scores say in one window. */
export interface EstimatedInput {
  readonly window: Window;
  /** Rows that the model scored. */
  readonly rows: number;
  /** Counts of scores, or why there are none. */
  readonly counts: ScoreCounts | { readonly unknown: string };
  readonly reference: PerformanceReference | undefined;
}

/** Estimates the performance of a window from scores alone, and holds it to the limits of the realized one. */
export function judgeEstimated(input: EstimatedInput, settings: PerformanceSettings): WindowPerformance {
  const { window, rows, counts, reference } = input;
  const estimator = reference?.estimator;
  const shared = { window, kind: 'estimated', rows, labels: 0, coverage: null, mature: true, details: {} } as const;
  const refuse = (why: string): WindowPerformance => ({ ...shared, ...holdVerdicts({}, settings.primary, why) });
  if (reference === undefined) return refuse('the baseline has no labels, or too few, of these rows to estimate from');
  if (estimator === undefined) {
    return refuse(
      'the baseline holds training rows only, which the model was fitted on (prumo baseline --kind heldout)',
    );
  }
  if ('unknown' in counts) return refuse(counts.unknown);
  const metrics: { [metric in MetricName]?: WindowMetric } = {};
  const estimates = estimatePerformance(estimator, counts, settings.measure);
  for (const [metric, estimate] of Object.entries(estimates) as [MetricName, WindowMetric][]) {
    metrics[metric] = judgeMetric(metric, estimate, reference.expected[metric], counts.nEff);
  }
  const isThin = counts.nEff < settings.minRows;
  const doubt = isThin ? `${formatCount(counts.nEff)} rows; ${formatCount(settings.minRows)} are needed` : undefined;
  return { ...shared, ...holdVerdicts(metrics, settings.primary, doubt) };
}
