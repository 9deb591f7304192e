import type { PerformanceRow } from '../api/performance.ts';
import type { WindowMetric } from '../domain/performance/windows/window-performance.ts';
import type { LabeledPerformance } from '../jobs/measure-labels.ts';

/** What a row belongs to, beside its window. */
export interface PerformanceContext {
  readonly environment: string;
  readonly segment: Readonly<Record<string, string>>;
  readonly judgedAt: Date;
  /** Whether the question was not the model's own. */
  readonly adHoc: boolean;
}

/** A window's performance as the interface shows it. */
export function toPerformanceRow(
  { version, servingRole, performance }: LabeledPerformance,
  { environment, segment, judgedAt, adHoc }: PerformanceContext,
): PerformanceRow {
  const { window, kind, rows, labels, coverage, mature, metrics, primary, verdict, reason, details } = performance;
  const shown: PerformanceRow['metrics'] = {};
  for (const [name, metric] of Object.entries(metrics) as [keyof typeof metrics, WindowMetric][]) {
    shown[name] = toMetricAnswer(metric);
  }
  const { bands, classes, ...others } = details;
  return {
    window: { start: window.start.toISOString(), end: window.end.toISOString() },
    kind,
    version,
    environment,
    servingRole,
    segment: { ...segment },
    rows,
    labels,
    coverage,
    mature,
    metrics: shown,
    primary,
    verdict,
    reason,
    ...others,
    ...(bands === undefined ? {} : { bands: [...bands] }),
    ...(classes === undefined ? {} : { classes: [...classes] }),
    judgedAt: judgedAt.toISOString(),
    adHoc,
  };
}

function toMetricAnswer(metric: WindowMetric): NonNullable<PerformanceRow['metrics'][keyof PerformanceRow['metrics']]> {
  const { value, low, high, expected, lowerLimit, upperLimit, verdict, reason, realized, estimated } = metric;
  return {
    value,
    low,
    high,
    expected,
    lowerLimit,
    upperLimit,
    verdict,
    reason,
    ...(realized === undefined ? {} : { realized }),
    ...(estimated === undefined ? {} : { estimated }),
  };
}
