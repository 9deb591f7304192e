import { estimateOnRows } from '../estimated/estimate-on-rows.ts';
import { describeUnexplained, unexplainedChange } from '../estimated/unexplained-change.ts';
import { judgeMetric } from '../limits/judge-metric.ts';
import type { LabeledRows } from '../labeled-rows.ts';
import type { MetricName } from '../metric.ts';
import type { PerformanceReference } from '../performance-reference.ts';
import { holdVerdicts } from './hold-verdicts.ts';
import type { RealizedPerformance } from './judge-realized.ts';
import type { PerformanceSettings } from './performance-settings.ts';
import type { WindowMetric, WindowPerformance } from './window-performance.ts';

/**
 * Compares what the labels of a mature window say with the estimate on the same rows: what is left is no matter of scores.
 *
 * Undefined where the version cannot estimate, or the window's labels are too few or have not all come.
 */
export function judgeConcept(
  { performance, measured }: RealizedPerformance,
  labeled: LabeledRows,
  reference: PerformanceReference | undefined,
  settings: PerformanceSettings,
): WindowPerformance | undefined {
  if (reference?.estimator === undefined || reference.unexplained === undefined) return undefined;
  if (performance.verdict === 'unknown') return undefined;
  const estimated = estimateOnRows(reference.estimator, labeled, settings.measure);
  const changes = unexplainedChange(measured.metrics, estimated);
  const metrics: { [metric in MetricName]?: WindowMetric } = {};
  for (const [metric, change] of Object.entries(changes) as [MetricName, WindowMetric][]) {
    const verdict = judgeMetric(metric, change, reference.unexplained[metric], measured.nEff);
    const sides = { realized: measured.metrics[metric]?.value ?? NaN, estimated: estimated[metric]?.value ?? NaN };
    metrics[metric] = { ...verdict, ...sides, reason: describeUnexplained(metric, sides, verdict) };
  }
  return {
    ...performance,
    kind: 'concept',
    ...holdVerdicts(metrics, settings.primary, undefined),
    details: correctionsOf(performance),
  };
}

/** A corrected label makes both be judged again. */
function correctionsOf({ details: { corrections } }: WindowPerformance): WindowPerformance['details'] {
  return corrections === undefined ? {} : { corrections };
}
