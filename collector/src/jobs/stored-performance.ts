import { METRICS_OF, type MetricName } from '../domain/performance/metric.ts';
import type {
  PerformanceDetails,
  WindowMetric,
  WindowPerformance,
} from '../domain/performance/windows/window-performance.ts';
import type { PerformanceQuestion, StoredPerformance } from '../store/performance-store.ts';
import type { ModelScope, Store } from '../store/store.ts';

/** Who serves a version: shadow and canary are measured too, and never alarm. */
export type ServingRole = 'champion' | 'shadow' | 'canary';

/** A window's performance as it was judged. */
export interface StoredWindowPerformance extends ModelScope {
  readonly version: string;
  readonly servingRole: ServingRole;
  /** Canonical text (`segmentText`), or empty for all rows. */
  readonly segment: string;
  readonly performance: WindowPerformance;
  readonly judgedAt: Date;
  readonly revision: number;
}

/** What the summary of a stored row holds, as JSON: what has no column of its own. */
interface Summary {
  readonly format: 1;
  readonly details: PerformanceDetails;
}

type Sides = Pick<WindowMetric, 'realized' | 'estimated'>;

/** Rows of the store: one per metric; the primary metric always has one, also where its value is not known. */
export function toStoredPerformance(judged: StoredWindowPerformance, windowMs: number): StoredPerformance[] {
  const { performance, ...context } = judged;
  const { window, kind, rows, labels, coverage, mature, metrics, primary, details } = performance;
  const shared = { ...context, window, windowSeconds: windowMs / 1000, kind, rows, labels, coverage, mature };
  const others = (Object.keys(metrics) as MetricName[]).filter((name) => name !== primary);
  return [primary, ...others].map((metric) => {
    const own = metrics[metric];
    const isPrimary = metric === primary;
    const summary: Summary | Sides = isPrimary ? { format: 1, details, ...sidesOf(own) } : sidesOf(own);
    const { verdict, reason } = isPrimary ? performance : (own ?? { verdict: 'unknown', reason: '' });
    return { ...shared, ...(own ?? UNKNOWN), metric, verdict, isPrimary, reason, summary: JSON.stringify(summary) };
  });
}

const UNKNOWN = {
  value: null,
  low: null,
  high: null,
  expected: null,
  lowerLimit: null,
  upperLimit: null,
  strength: 0,
};

function sidesOf(metric: WindowMetric | undefined): Sides {
  const { realized, estimated } = metric ?? {};
  return { ...(realized === undefined ? {} : { realized }), ...(estimated === undefined ? {} : { estimated }) };
}

/** The stored performance that answers a question, in order of time. */
export async function readPerformance(
  store: Pick<Store, 'readPerformance'>,
  question: PerformanceQuestion,
): Promise<StoredWindowPerformance[]> {
  const rows = await store.readPerformance(question);
  return [...Map.groupBy(rows, keyOf).values()].map(fromStored);
}

function keyOf({ window, kind, version, environment, servingRole, segment }: StoredPerformance): string {
  return JSON.stringify([
    window.start.getTime(),
    window.end.getTime(),
    kind,
    version,
    environment,
    servingRole,
    segment,
  ]);
}

function fromStored(rows: readonly StoredPerformance[]): StoredWindowPerformance {
  const main = rows.find(({ isPrimary }) => isPrimary) ?? rows[0]!;
  const metrics: { [metric in MetricName]?: WindowMetric } = {};
  for (const row of rows) {
    const metric = toMetric(row);
    if (metric !== undefined) metrics[row.metric as MetricName] = metric;
  }
  const { details = {} } = JSON.parse(main.summary) as Partial<Summary>;
  const { model, environment, version, segment, window, kind, rows: count, labels, coverage, mature } = main;
  return {
    model,
    environment,
    version,
    segment,
    servingRole: main.servingRole as ServingRole,
    judgedAt: main.judgedAt,
    revision: main.revision,
    performance: {
      window,
      kind,
      rows: count,
      labels,
      coverage,
      mature,
      metrics: inOrder(metrics),
      primary: main.metric as MetricName,
      verdict: main.verdict,
      reason: main.reason,
      details,
    },
  };
}

function toMetric(row: StoredPerformance): WindowMetric | undefined {
  const { value, low, high, expected, lowerLimit, upperLimit, strength, verdict, reason } = row;
  if (value === null || low === null || high === null) return undefined;
  const sides = JSON.parse(row.summary) as Sides;
  const shown = { value, low, high, se: (high - low) / (2 * 1.959964), expected, lowerLimit, upperLimit };
  return { ...shown, strength, verdict, reason, ...sidesOf({ ...shown, strength, verdict, reason, ...sides }) };
}

/** In the order in which the domain names them, whatever the order of the rows. */
function inOrder(metrics: { readonly [metric in MetricName]?: WindowMetric }): WindowPerformance['metrics'] {
  const names = [...METRICS_OF.binary, ...METRICS_OF.regression];
  return Object.fromEntries(names.flatMap((name) => (metrics[name] === undefined ? [] : [[name, metrics[name]]])));
}
