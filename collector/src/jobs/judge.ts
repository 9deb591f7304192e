import { mergeThinWindows, type ObservedWindow } from '../domain/drift/merge-thin-windows.ts';
import type { Window } from '../domain/drift/observation.ts';
import type { ModelScope, StoredVerdict } from '../store/store.ts';
import { judgeObserved } from './judge-observed.ts';
import { indexJudged, judgedKey, needsJudging, type Judged } from './judge-plan.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { observeWindows, type ObservedVersion } from './observe-windows.ts';
import { updateHealth } from './update-health.ts';
import { updateIncidents } from './update-incidents.ts';
import { windowHolding } from './windows.ts';

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
 * Judges windows of a model against its baseline, stores the verdicts, and brings incidents and health up to date.
 *
 * A window whose rows did not change by more than 1 % since its last judging is left as it is, so every call can be repeated.
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
    const verdicts = await judgePart(settings, scope, windows.slice(at, at + WINDOWS_AT_A_TIME));
    if (verdicts.length === 0) continue;
    await settings.store.appendDrift(verdicts);
    outcome.windows += new Set(verdicts.map((verdict) => judgedKey(verdict.version, verdict.window))).size;
    outcome.verdicts += verdicts.length;
    outcome.incidents += await updateIncidents(settings, scope, verdicts);
  }
  await updateHealth(settings, scope);
  return outcome;
}

async function judgePart(
  settings: JudgeSettings,
  scope: ModelScope,
  windows: readonly Window[],
): Promise<StoredVerdict[]> {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const windowMs = first.end.getTime() - first.start.getTime();
  const versions = await observeMerged(settings, scope, { start: first.start, end: last.end }, windowMs);
  const spans = versions.flatMap((version) => version.windows.map(({ window }) => window.start.getTime()));
  const from = new Date(Math.min(first.start.getTime(), ...spans));
  const known = indexJudged(await settings.store.readDrift({ ...scope, from, to: last.end, segment: '' }));
  const judgedAt = new Date(settings.now());
  const isDue = (one: Window) => windows.some(({ start, end }) => start < one.end && end > one.start);
  return versions.flatMap((version) =>
    version.windows
      .filter(({ window }) => isDue(window))
      .flatMap((one) => judgeWindowOf(version, one, known).map((verdict) => ({ ...verdict, ...scope, judgedAt }))),
  );
}

function judgeWindowOf(
  version: ObservedVersion,
  { window, fields }: ObservedWindow,
  known: ReadonlyMap<string, Judged>,
): Omit<StoredVerdict, 'model' | 'environment' | 'judgedAt'>[] {
  const name = version.version.version;
  const before = known.get(judgedKey(name, window));
  if (!needsJudging(before, Math.max(0, ...fields.map(({ rows }) => rows)))) return [];
  const revision = (before?.revision ?? 0) + 1;
  return judgeObserved(version, window, fields).map((verdict) => ({
    ...verdict,
    version: name,
    segment: '',
    revision,
  }));
}

/** Windows of a period, thin ones merged; where the period begins with a thin one, it is looked for where that began. */
async function observeMerged(
  settings: JudgeSettings,
  scope: ModelScope,
  { start, end }: Window,
  windowMs: number,
): Promise<ObservedVersion[]> {
  const question = { ...scope, from: start, to: end, windowMs };
  let versions = await observeWindows(settings, question);
  if (versions.some(hasThinWindow)) {
    const from = windowHolding(start.getTime() - MOST_MERGED_MS, windowMs).start;
    versions = await observeWindows(settings, { ...question, from });
  }
  return versions.map((version) => ({
    ...version,
    windows: mergeThinWindows(version.windows, { minRows: version.modelFile.minRows }).filter(
      ({ window }) => window.end > start,
    ),
  }));
}

function hasThinWindow({ windows, modelFile }: ObservedVersion): boolean {
  return windows.some(({ fields }) => fields.every(({ profiled }) => profiled < modelFile.minRows));
}
