import { METRIC_STATISTICS, type TrackedVerdict } from '../domain/incident/tracked-verdict.ts';
import type { WindowMetric, WindowPerformance } from '../domain/performance/windows/window-performance.ts';

/** A window's performance and the version that it is of. */
export interface VersionPerformance {
  readonly version: string;
  readonly performance: WindowPerformance;
}

/** The verdict of the primary metric, as incidents and health take it: it stands for the row. */
export function toMetricVerdict({ version, performance }: VersionPerformance): TrackedVerdict {
  const { window, kind, primary, verdict, reason, rows, labels } = performance;
  const metric = performance.metrics[primary];
  const n = kind === 'estimated' ? rows : labels;
  return {
    window,
    field: primary,
    role: 'output',
    type: 'numeric',
    version,
    rows,
    profiled: n,
    missing: 0,
    invalid: 0,
    unseen: 0,
    outOfRange: 0,
    statistics: {},
    decision: {
      statistic: METRIC_STATISTICS[kind],
      value: metric?.value ?? 0,
      threshold: metric === undefined ? 0 : limitOf(metric),
      reference: METRIC_STATISTICS[kind],
      n,
      m: 0,
    },
    pValue: null,
    qValue: null,
    impact: { shift: null, movement: null, method: 'none', low: null, high: null },
    verdict,
    reason,
    strength: metric?.strength ?? 0,
  };
}

/** The limit that the value is nearer to. */
function limitOf({ value, lowerLimit, upperLimit }: WindowMetric): number {
  if (lowerLimit === null || upperLimit === null) return lowerLimit ?? upperLimit ?? 0;
  return Math.abs(value - lowerLimit) < Math.abs(value - upperLimit) ? lowerLimit : upperLimit;
}
