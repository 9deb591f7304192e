import { type IncidentSource, type JudgedWindow, sourceOf } from '../domain/incident/fold-incidents.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { reconcileIncidents } from '../domain/incident/reconcile-incidents.ts';
import { levelFor } from '../domain/drift/level.ts';
import type { Window } from '../domain/drift/observation.ts';
import type { ModelScope, Store, StoredIncident, StoredVerdict } from '../store/store.ts';
import type { PerformanceKind } from '../domain/performance/windows/window-performance.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { toMetricVerdict } from './metric-verdict.ts';
import { readPerformance, type StoredWindowPerformance } from './stored-performance.ts';

const WEEK_MS = 7 * 86_400_000;
/** Windows that persistence looks at beside the newest one. */
const LOOK_BACK_WINDOWS = 2;
/** How far back they are looked for: batch models have windows days or weeks apart. */
const METRIC_LOOK_BACK_MS = [30, 400].map((days) => days * 86_400_000);
const LOOK_BACK_MS = [0, 30, 400].map((days) => days * 86_400_000);

/**
 * Folds a model's verdicts of fields, and of estimated performance, into incidents again, from where verdicts since `from` can make a
 * difference.
 *
 * @returns how many incidents are new or changed; those alone are stored.
 */
export async function updateIncidents(
  settings: JudgeSettings,
  scope: ModelScope,
  from: Date,
  windowMs: number,
): Promise<number> {
  const previous = await readPrevious(settings, scope, 'drift');
  const fromMs = startOf(from, previous);
  const verdicts = await readWithPast(settings.store, scope, fromMs, windowMs);
  const estimates = await readMetricWindows(settings, scope, 'estimated', fromMs);
  const windows = mergeWindows(toWindows(verdicts), estimates);
  return reconcile(settings, { ...scope, source: 'drift' }, windows, previous);
}

/** The same for what labels say: of windows long past, so apart. An incident is detected when its verdicts were known. */
export async function updateLabelIncidents(settings: JudgeSettings, scope: ModelScope, from: Date): Promise<number> {
  const previous = await readPrevious(settings, scope, 'labels');
  const fromMs = startOf(from, previous);
  const [realized, concept] = await Promise.all([
    readMetricWindows(settings, scope, 'realized', fromMs),
    readMetricWindows(settings, scope, 'concept', fromMs),
  ]);
  const windows = mergeWindows(realized, concept);
  return reconcile(settings, { ...scope, source: 'labels' }, windows, previous);
}

async function readPrevious({ store }: JudgeSettings, scope: ModelScope, source: IncidentSource) {
  return (await store.readIncidents(scope)).filter((incident) => sourceOf(incident) === source);
}

/** An open incident is folded again from its beginning. */
function startOf(from: Date, previous: readonly StoredIncident[]): number {
  const open = previous.filter(({ closedAt }) => closedAt === null).map((incident) => incident.from.getTime());
  return Math.min(from.getTime(), ...open);
}

async function reconcile(
  { store, registry }: JudgeSettings,
  scope: ModelScope & { readonly source: IncidentSource },
  windows: readonly JudgedWindow[],
  previous: readonly StoredIncident[],
): Promise<number> {
  const { alerts, windows: lengths } = registry.modelFileOf(await registry.choose(scope.model, {}));
  const level = levelFor({ falsePerWeek: alerts.falsePerWeek, windowsPerWeek: WEEK_MS / lengths.driftMs });
  const versions = registry.listModels().find(({ model }) => model === scope.model)?.versions ?? [];
  const released = new Map(versions.map(({ version, registeredAt }) => [version, new Date(registeredAt)]));
  const folded = reconcileIncidents(windows, previous, {
    ...scope,
    releaseAt: (version) => released.get(version),
    aloneLevel: level.alone,
  });
  const changed = changedIncidents(folded, previous);
  if (changed.length > 0) await store.appendIncidents(changed);
  return changed.length;
}

/** Windows of a kind of performance from an instant on, and those before that persistence can still see. */
async function readMetricWindows(
  { store }: JudgeSettings,
  scope: ModelScope,
  kind: PerformanceKind,
  fromMs: number,
): Promise<JudgedWindow[]> {
  let stored: readonly StoredWindowPerformance[] = [];
  for (const lookBackMs of METRIC_LOOK_BACK_MS) {
    const from = new Date(fromMs - lookBackMs);
    stored = await readPerformance(store, { ...scope, kind, segment: '', from, primaryOnly: true });
    const earlier = new Set(
      stored
        .filter(({ performance: { window, verdict } }) => window.start.getTime() < fromMs && verdict !== 'unknown')
        .map(({ performance: { window } }) => window.start.getTime()),
    );
    if (earlier.size >= LOOK_BACK_WINDOWS) break;
  }
  const champions = stored.filter(({ servingRole }) => servingRole === 'champion');
  const byWindow = Map.groupBy(champions, ({ performance: { window } }) => keyOf(window));
  return [...byWindow.values()].map((own) => ({
    window: own[0]!.performance.window,
    verdicts: own.map(toMetricVerdict),
    ...(kind === 'estimated' ? {} : { knownAt: new Date(Math.max(...own.map(({ judgedAt }) => judgedAt.getTime()))) }),
  }));
}

/** Windows of two kinds of verdicts in order of time; the same window once. */
function mergeWindows(a: readonly JudgedWindow[], b: readonly JudgedWindow[]): JudgedWindow[] {
  const merged = new Map(a.map((one) => [keyOf(one.window), one]));
  for (const one of b) {
    const same = merged.get(keyOf(one.window));
    merged.set(
      keyOf(one.window),
      same === undefined ? one : { ...same, verdicts: [...same.verdicts, ...one.verdicts] },
    );
  }
  return [...merged.values()].sort(byTime);
}

function keyOf({ start, end }: Window): string {
  return `${start.getTime()} ${end.getTime()}`;
}

function byTime({ window: a }: JudgedWindow, { window: b }: JudgedWindow): number {
  return a.end.getTime() - b.end.getTime() || a.start.getTime() - b.start.getTime();
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
  const windows = Map.groupBy(kept, ({ window }) => keyOf(window));
  return [...windows.values()].map((own) => ({ window: own[0]!.window, verdicts: own })).sort(byTime);
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
