import { reconcileIncidents } from '../domain/incident/reconcile-incidents.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { levelFor } from '../domain/drift/level.ts';
import type { Window } from '../domain/drift/observation.ts';
import type { ModelScope, Store, StoredIncident, StoredVerdict } from '../store/store.ts';
import type { JudgeSettings } from './judge-settings.ts';

const WEEK_MS = 7 * 86_400_000;
/** Windows that persistence looks at beside the newest one. */
const LOOK_BACK_WINDOWS = 2;
/** How far back they are looked for: batch models have windows days or weeks apart. */
const LOOK_BACK_MS = [0, 30, 400].map((days) => days * 86_400_000);

/**
 * Folds a model's verdicts into incidents again, from where verdicts since `from` can make a difference.
 *
 * @returns how many incidents are new or changed; those alone are stored.
 */
export async function updateIncidents(
  { store, registry }: JudgeSettings,
  scope: ModelScope,
  from: Date,
  windowMs: number,
): Promise<number> {
  const previous = await store.readIncidents(scope);
  const open = previous.filter(({ closedAt }) => closedAt === null).map((incident) => incident.from.getTime());
  const verdicts = await readWithPast(store, scope, Math.min(from.getTime(), ...open), windowMs);
  const { alerts } = registry.modelFileOf(await registry.choose(scope.model, {}));
  const level = levelFor({ falsePerWeek: alerts.falsePerWeek, windowsPerWeek: WEEK_MS / windowMs });
  const versions = registry.listModels().find(({ model }) => model === scope.model)?.versions ?? [];
  const released = new Map(versions.map(({ version, registeredAt }) => [version, new Date(registeredAt)]));
  const folded = reconcileIncidents(toWindows(verdicts), previous, {
    ...scope,
    releaseAt: (version) => released.get(version),
    aloneLevel: level.alone,
  });
  const changed = changedIncidents(folded, previous);
  if (changed.length > 0) await store.appendIncidents(changed);
  return changed.length;
}

/** Verdicts from an instant on, and of the windows before that persistence can still see. */
async function readWithPast(
  store: Store,
  scope: ModelScope,
  fromMs: number,
  windowMs: number,
): Promise<StoredVerdict[]> {
  let verdicts: StoredVerdict[] = [];
  for (const lookBackMs of LOOK_BACK_MS) {
    const startMs = fromMs - Math.max(lookBackMs, (LOOK_BACK_WINDOWS + 1) * windowMs);
    verdicts = await store.readDrift({ ...scope, from: new Date(startMs), segment: '', reference: 'baseline' });
    const earlier = new Set(
      verdicts
        .filter(({ window, verdict }) => window.start.getTime() < fromMs && verdict !== 'unknown')
        .map(({ window }) => window.start.getTime()),
    );
    if (earlier.size >= LOOK_BACK_WINDOWS) break;
  }
  return verdicts;
}

/** A window with its stored verdicts. */
export interface StoredWindow {
  readonly window: Window;
  readonly verdicts: readonly StoredVerdict[];
}

/**
 * The verdicts of each window, in order of time, of all versions that served it. A window of a version inside a longer one (thin
 * windows that were merged since) is left out.
 */
export function toWindows(verdicts: readonly StoredVerdict[]): StoredWindow[] {
  const kept = [...Map.groupBy(verdicts, ({ version }) => version).values()].flatMap(outermost);
  const windows = Map.groupBy(kept, ({ window }) => `${window.start.getTime()} ${window.end.getTime()}`);
  return [...windows.values()]
    .map((own) => ({ window: own[0]!.window, verdicts: own }))
    .sort(
      (a, b) => a.window.end.getTime() - b.window.end.getTime() || a.window.start.getTime() - b.window.start.getTime(),
    );
}

/** Verdicts of one version, without those of windows that a longer one holds. */
function outermost(verdicts: readonly StoredVerdict[]): StoredVerdict[] {
  const sorted = verdicts.toSorted(
    (a, b) => a.window.start.getTime() - b.window.start.getTime() || b.window.end.getTime() - a.window.end.getTime(),
  );
  let outer: Window | undefined;
  return sorted.filter(({ window }) => {
    const isInside =
      outer !== undefined &&
      window.end <= outer.end &&
      window.end.getTime() - window.start.getTime() < outer.end.getTime() - outer.start.getTime();
    if (!isInside) outer = window;
    return !isInside;
  });
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
