import { modelHealth } from '../domain/health/model-health.ts';
import type { ModelScope, StoredVerdict } from '../store/store.ts';
import type { TrackedVerdict } from '../domain/incident/tracked-verdict.ts';
import type { PerformanceKind } from '../domain/performance/windows/window-performance.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { toMetricVerdict } from './metric-verdict.ts';
import { readPerformance, type StoredWindowPerformance } from './stored-performance.ts';

const QUARTER_MS = 90 * 86_400_000;
const METRIC_LOOK_BACK_MS = [30, 800].map((days) => days * 86_400_000);
const KINDS = ['estimated', 'realized', 'concept'] as const;

/** Computes a model's health from its newest verdicts and open incidents, and stores it where it changed. */
export async function updateHealth({ store, now }: JudgeSettings, scope: ModelScope): Promise<void> {
  const verdicts = [...(await newestVerdicts({ store, now }, scope)), ...(await newestMetrics({ store, now }, scope))];
  const health = modelHealth(verdicts, await store.readIncidents(scope));
  const [before] = await store.readHealth(scope);
  if (before?.verdict === health.verdict && before.reason === health.reason) return;
  await store.appendHealth([{ ...scope, ...health, at: new Date(now()), revision: (before?.revision ?? 0) + 1 }]);
}

/** The verdicts of the newest judged window of the last quarter of a year. */
async function newestVerdicts(
  { store, now }: Pick<JudgeSettings, 'store' | 'now'>,
  scope: ModelScope,
): Promise<StoredVerdict[]> {
  for (const from of [new Date(now() - QUARTER_MS / 45), new Date(now() - QUARTER_MS), new Date(0)]) {
    const verdicts = await store.readDrift({ ...scope, from, segment: '', reference: 'baseline' });
    const newest = Math.max(...verdicts.map(({ window }) => window.end.getTime()));
    if (verdicts.length > 0) return verdicts.filter(({ window }) => window.end.getTime() === newest);
  }
  return [];
}

/** The newest known verdict of each kind of performance; an unknown one says nothing. Labels may be known a year after their window. */
async function newestMetrics(
  { store, now }: Pick<JudgeSettings, 'store' | 'now'>,
  scope: ModelScope,
): Promise<TrackedVerdict[]> {
  const newest = new Map<PerformanceKind, StoredWindowPerformance>();
  for (const lookBackMs of METRIC_LOOK_BACK_MS) {
    const from = new Date(now() - lookBackMs);
    const asked = { ...scope, from, segment: '', servingRole: 'champion', primaryOnly: true };
    for (const one of await readPerformance(store, asked)) {
      const { kind, verdict } = one.performance;
      const last = newest.get(kind);
      if (verdict !== 'unknown' && (last === undefined || endOf(one) > endOf(last))) newest.set(kind, one);
    }
    if (KINDS.every((kind) => newest.has(kind))) break;
  }
  return KINDS.flatMap((kind) => newest.get(kind) ?? []).map(toMetricVerdict);
}

function endOf({ performance: { window } }: StoredWindowPerformance): Date {
  return window.end;
}
