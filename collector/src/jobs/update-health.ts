import { modelHealth } from '../domain/health/model-health.ts';
import type { ModelScope, StoredVerdict } from '../store/store.ts';
import type { TrackedVerdict } from '../domain/incident/tracked-verdict.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { toMetricVerdict } from './metric-verdict.ts';
import { readPerformance } from './stored-performance.ts';

const QUARTER_MS = 90 * 86_400_000;

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

/** The newest known verdict of each kind of performance in the last quarter of a year; an unknown one says nothing. */
async function newestMetrics(
  { store, now }: Pick<JudgeSettings, 'store' | 'now'>,
  scope: ModelScope,
): Promise<TrackedVerdict[]> {
  const stored = await readPerformance(store, { ...scope, from: new Date(now() - QUARTER_MS), segment: '' });
  const known = stored.filter(
    ({ servingRole, performance }) => servingRole === 'champion' && performance.verdict !== 'unknown',
  );
  return [...Map.groupBy(known, ({ performance: { kind } }) => kind).values()].map((own) =>
    toMetricVerdict(own.reduce((last, one) => (one.performance.window.end > last.performance.window.end ? one : last))),
  );
}
