import type { JudgedWindow } from '../domain/incident/fold-incidents.ts';
import { reconcileIncidents } from '../domain/incident/reconcile-incidents.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { levelFor } from '../domain/drift/level.ts';
import type { ModelScope, StoredIncident, StoredVerdict } from '../store/store.ts';
import type { JudgeSettings } from './judge-settings.ts';

const WEEK_MS = 7 * 86_400_000;
/** Windows before the first new verdict that persistence can look back on. */
const LOOK_BACK_WINDOWS = 3;

/**
 * Folds a model's verdicts into incidents again, from where the new verdicts can make a difference.
 *
 * @returns how many incidents are new or changed; those alone are stored.
 */
export async function updateIncidents(
  { store, registry }: JudgeSettings,
  scope: ModelScope,
  fresh: readonly StoredVerdict[],
): Promise<number> {
  const newest = await registry.choose(scope.model, {});
  const { windows, alerts } = registry.modelFileOf(newest);
  const { driftMs } = windows;
  const previous = await store.readIncidents(scope);
  const firstMs = Math.min(...fresh.map((verdict) => verdict.window.start.getTime()));
  const openMs = previous.filter(({ closedAt }) => closedAt === null).map(({ from }) => from.getTime());
  const fromMs = Math.min(firstMs, ...openMs) - LOOK_BACK_WINDOWS * driftMs;
  const verdicts = await store.readDrift({ ...scope, from: new Date(fromMs), segment: '', reference: 'baseline' });
  const level = levelFor({
    falsePerWeek: alerts.falsePerWeek,
    windowsPerWeek: WEEK_MS / driftMs,
  });
  const folded = reconcileIncidents(toWindows(verdicts), previous, {
    ...scope,
    releaseAt: newest.registeredAt,
    aloneLevel: level.alone,
  });
  const changed = changedIncidents(folded, previous);
  if (changed.length > 0) await store.appendIncidents(changed);
  return changed.length;
}

/**
 * The verdicts of each window, in order of time. Where several versions served a window, the one with most rows speaks;
 * a window inside a longer one (thin windows that were merged since) is left out.
 */
export function toWindows(verdicts: readonly StoredVerdict[]): JudgedWindow[] {
  const windows = new Map<string, StoredVerdict[]>();
  for (const verdict of verdicts) {
    const key = `${verdict.window.start.getTime()} ${verdict.window.end.getTime()}`;
    const own = windows.get(key);
    if (own === undefined) windows.set(key, [verdict]);
    else own.push(verdict);
  }
  const judged = [...windows.values()].map((own) => ({ window: own[0]!.window, verdicts: mainVersion(own) }));
  judged.sort(
    (a, b) => a.window.start.getTime() - b.window.start.getTime() || b.window.end.getTime() - a.window.end.getTime(),
  );
  const kept: JudgedWindow[] = [];
  for (const one of judged) if ((kept.at(-1)?.window.end ?? 0) < one.window.end) kept.push(one);
  return kept;
}

function mainVersion(verdicts: readonly StoredVerdict[]): readonly StoredVerdict[] {
  const byVersion = [...Map.groupBy(verdicts, (verdict) => verdict.version).values()];
  return byVersion.reduce((most, own) => ((own[0]?.rows ?? 0) > (most[0]?.rows ?? 0) ? own : most));
}

function changedIncidents(folded: readonly Incident[], previous: readonly StoredIncident[]): StoredIncident[] {
  const before = new Map(previous.map((incident) => [incident.id, incident]));
  return folded.flatMap((incident) => {
    const { revision = 0, ...content } = before.get(incident.id) ?? {};
    const isSame = JSON.stringify(sorted(content)) === JSON.stringify(sorted(incident));
    return isSame ? [] : [{ ...incident, revision: revision + 1 }];
  });
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
