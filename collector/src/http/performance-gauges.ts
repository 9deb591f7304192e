import type { StoredWindowPerformance } from '../jobs/stored-performance.ts';
import type { Metrics } from './metrics.ts';

const VERDICT_NUMBERS = { ok: 0, warning: 1, critical: 2, unknown: -1 } as const;

/**
 * Shows the newest judged window of each model and kind of performance at `/metrics`: value of the primary metric, its verdict as a number, and the
 * share of rows with labels. Windows of the past that are judged again change nothing there.
 *
 * @returns what is to be told of each judging.
 */
export function gaugePerformance(metrics: Metrics): (judged: readonly StoredWindowPerformance[]) => void {
  const value = metrics.labeledGauge('prumo_performance', 'Primary metric of the newest judged window.');
  const verdict = metrics.labeledGauge(
    'prumo_performance_verdict',
    'Its verdict: 0 ok, 1 warning, 2 critical, -1 unknown.',
  );
  const coverage = metrics.labeledGauge('prumo_performance_label_coverage', 'Share of its rows that have a label.');
  const newest = new Map<string, number>();
  return (judged) => {
    for (const { model, environment, version, servingRole, performance } of judged) {
      const { kind, primary, window } = performance;
      const labels = { model, environment, version, serving_role: servingRole, kind, metric: primary };
      const key = JSON.stringify(labels);
      if (window.start.getTime() < (newest.get(key) ?? -Infinity)) continue;
      newest.set(key, window.start.getTime());
      value.set(labels, performance.metrics[primary]?.value ?? NaN);
      verdict.set(labels, VERDICT_NUMBERS[performance.verdict]);
      if (performance.coverage !== null) coverage.set(labels, performance.coverage);
    }
  };
}
