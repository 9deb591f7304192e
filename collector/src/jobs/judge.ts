import { mergeThinWindows, type ObservedWindow } from '../domain/drift/merge-thin-windows.ts';
import type { Window } from '../domain/drift/observation.ts';
import type { ModelScope, StoredVerdict } from '../store/store.ts';
import { judgeObserved } from './judge-observed.ts';
import { indexJudged, judgedKey, needsJudging, type Judged } from './judge-plan.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { mergeAnchor } from './merge-anchor.ts';
import { observeWindows, type ObservedVersion } from './observe-windows.ts';
import { updateIncidents } from './update-incidents.ts';

/** What one judging did. */
export interface JudgeOutcome {
  readonly windows: number;
  readonly verdicts: number;
  /** Incidents that are new or changed. */
  readonly incidents: number;
}

/** Most windows that are read and judged at a time. */
const WINDOWS_AT_A_TIME = 48;
/** Thin windows are merged over at most this time. */
const MOST_MERGED_MS = 30 * 86_400_000;

/**
 * Judges windows of a model against its baseline, stores the verdicts, and brings incidents up to date.
 *
 * A window whose rows did not change by more than 1 % since its last judging is left as it is, so every call can be repeated:
 * also after one that failed half-way, since incidents are folded from the stored verdicts each time.
 *
 * @param windows Aligned windows of the model's own length, in order.
 */
export async function judgeModel(
  settings: JudgeSettings,
  scope: ModelScope,
  windows: readonly Window[],
): Promise<JudgeOutcome> {
  const outcome = { windows: 0, verdicts: 0, incidents: 0 };
  for (let at = 0; at < windows.length; at += WINDOWS_AT_A_TIME) {
    const part = windows.slice(at, at + WINDOWS_AT_A_TIME);
    const verdicts = await judgePart(settings, scope, part);
    if (verdicts.length > 0) await settings.store.appendDrift(verdicts);
    const starts = [...part, ...verdicts.map(({ window }) => window)].map(({ start }) => start.getTime());
    outcome.windows += new Set(verdicts.map((verdict) => judgedKey(verdict.version, verdict.window))).size;
    outcome.verdicts += verdicts.length;
    outcome.incidents += await updateIncidents(settings, scope, new Date(Math.min(...starts)), lengthOf(part));
  }
  return outcome;
}

async function judgePart(
  settings: JudgeSettings,
  scope: ModelScope,
  windows: readonly Window[],
): Promise<StoredVerdict[]> {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const period = { start: first.start, end: last.end };
  const earliest = new Date(first.start.getTime() - MOST_MERGED_MS);
  const stored = await settings.store.readDrift({ ...scope, from: earliest, to: last.end, segment: '' });
  const versions = await observeMerged(settings, scope, period, lengthOf(windows), stored);
  const known = indexJudged(stored);
  const judgedAt = new Date(settings.now());
  const isDue = (one: Window) => windows.some(({ start, end }) => start < one.end && end > one.start);
  return versions.flatMap((version) =>
    version.windows
      .filter(({ window }) => isDue(window))
      .flatMap((one) => judgeUnit(version, one, known, lengthOf(windows)))
      .map((verdict) => ({ ...verdict, ...scope, judgedAt })),
  );
}

function judgeUnit(
  version: ObservedVersion,
  { window, fields }: ObservedWindow,
  known: ReadonlyMap<string, Judged>,
  windowMs: number,
): Omit<StoredVerdict, 'model' | 'environment' | 'judgedAt'>[] {
  const name = version.version.version;
  const before = known.get(judgedKey(name, window));
  if (!needsJudging(before, Math.max(0, ...fields.map(({ rows }) => rows)))) return [];
  const revision = (before?.revision ?? 0) + 1;
  return judgeObserved(version, window, fields, { windowMs }).map((verdict) => ({
    ...verdict,
    version: name,
    segment: '',
    revision,
  }));
}

/** Windows of a period, thin ones merged from where the last stored one with enough rows ended. */
async function observeMerged(
  settings: JudgeSettings,
  scope: ModelScope,
  { start, end }: Window,
  windowMs: number,
  stored: readonly StoredVerdict[],
): Promise<ObservedVersion[]> {
  const anchors = new Map<string, Date>();
  for (const [name, own] of Map.groupBy(stored, ({ version }) => version)) {
    const { minRows } = settings.registry.modelFileOf(await settings.registry.find(scope.model, name));
    anchors.set(name, mergeAnchor(own, start, minRows));
  }
  const from = new Date(Math.min(start.getTime(), ...[...anchors.values()].map((at) => at.getTime())));
  const versions = await observeWindows(settings, { ...scope, from, to: end, windowMs });
  return versions.map((version) => {
    const anchor = anchors.get(version.version.version) ?? start;
    const own = version.windows.filter(({ window }) => window.start >= anchor);
    return { ...version, windows: mergeThinWindows(own, { minRows: version.modelFile.minRows }) };
  });
}

function lengthOf([first]: readonly Window[]): number {
  return first === undefined ? 0 : first.end.getTime() - first.start.getTime();
}
