import type { Window } from '../domain/drift/observation.ts';
import type { ModelScope } from '../store/store.ts';
import { REJUDGE_GROWTH } from './judge-plan.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { measureEstimates } from './measure-estimates.ts';
import { measureLabels, type LabeledPerformance } from './measure-labels.ts';
import { readPerformance, toStoredPerformance, type StoredWindowPerformance } from './stored-performance.ts';
import type { MaturingWindow } from './maturing-windows.ts';
import { updateIncidents, updateLabelIncidents } from './update-incidents.ts';

/** Most windows that are read and judged at a time. */
const WINDOWS_AT_A_TIME = 48;
/** Windows that are further apart than this many of their length are read apart. */
const LONGEST_GAP_WINDOWS = 3;

/** What one judging of performance did. */
export interface PerformanceOutcome {
  /** Windows that got a verdict, each version, role and kind counted. */
  readonly windows: number;
  /** Incidents that are new or changed. */
  readonly incidents: number;
  /** Windows whose labels have not all come. */
  readonly immature: readonly MaturingWindow[];
}

/**
 * Estimates the performance of windows from their scores, and brings the incidents of drift up to date.
 *
 * @param windows Aligned windows of the model's own length, in order.
 */
export async function judgeEstimates(
  settings: JudgeSettings,
  scope: ModelScope,
  windows: readonly Window[],
): Promise<PerformanceOutcome> {
  return judgeAll(settings, scope, windows, async (question) => {
    const measured = await measureEstimates(settings, question);
    return measured.map((one) => ({ ...one, servingRole: 'champion' as const }));
  });
}

/** Judges windows by their labels, and brings the incidents that labels prove up to date. */
export async function judgeLabels(
  settings: JudgeSettings,
  scope: ModelScope,
  windows: readonly Window[],
): Promise<PerformanceOutcome> {
  return judgeAll(settings, scope, windows, (question) => measureLabels(settings, question));
}

type Measure = (question: Parameters<typeof measureLabels>[1]) => Promise<readonly LabeledPerformance[]>;

async function judgeAll(
  settings: JudgeSettings,
  scope: ModelScope,
  windows: readonly Window[],
  measure: Measure,
): Promise<PerformanceOutcome> {
  const outcome = { windows: 0, incidents: 0, immature: [] as MaturingWindow[] };
  for (const run of runsOf(windows)) {
    const [first, last] = [run[0]!, run.at(-1)!];
    const windowMs = first.end.getTime() - first.start.getTime();
    const asked = new Set(run.map(({ start }) => start.getTime()));
    const measured = await measure({ ...scope, from: first.start, to: last.end, windowMs });
    const own = measured.filter(({ performance: { window } }) => asked.has(window.start.getTime()));
    outcome.immature.push(
      ...own.flatMap(({ performance: { window }, matureAt: at }) => (at === undefined ? [] : [{ window, at }])),
    );
    const changed = await keepChanged(settings, scope, own, { from: first.start, to: last.end });
    if (changed.length === 0) continue;
    await settings.store.appendPerformance(changed.flatMap((one) => toStoredPerformance(one, windowMs)));
    settings.onPerformance?.(changed);
    outcome.windows += changed.length;
    const isLabeled = changed.some(({ performance: { kind } }) => kind !== 'estimated');
    outcome.incidents += isLabeled
      ? await updateLabelIncidents(settings, scope, first.start)
      : await updateIncidents(settings, scope, first.start, windowMs);
  }
  return outcome;
}

/** Windows near one another are read at once. */
function runsOf(windows: readonly Window[]): Window[][] {
  const runs: Window[][] = [];
  for (const window of windows) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const lengthMs = window.end.getTime() - window.start.getTime();
    const isNear = last !== undefined && window.start.getTime() - last.end.getTime() <= LONGEST_GAP_WINDOWS * lengthMs;
    if (run !== undefined && isNear && run.length < WINDOWS_AT_A_TIME) run.push(window);
    else runs.push([window]);
  }
  return runs;
}

/** What differs from its last judging, with the next revision. */
async function keepChanged(
  { store, now }: JudgeSettings,
  scope: ModelScope,
  measured: readonly LabeledPerformance[],
  period: { readonly from: Date; readonly to: Date },
): Promise<StoredWindowPerformance[]> {
  if (measured.length === 0) return [];
  const stored = await readPerformance(store, { ...scope, ...period, segment: '' });
  const before = new Map(stored.map((one) => [keyOf(one), one]));
  const judgedAt = new Date(now());
  return measured.flatMap(({ matureAt: _at, ...one }) => {
    const last = before.get(keyOf(one));
    if (last !== undefined && !needsJudging(last, one)) return [];
    return [{ ...scope, ...one, segment: '', judgedAt, revision: (last?.revision ?? 0) + 1 }];
  });
}

function keyOf({ version, servingRole, performance: { window, kind } }: LabeledPerformance): string {
  return JSON.stringify([version, servingRole, kind, window.start.getTime(), window.end.getTime()]);
}

/** A window is judged again when rows or labels grew by more than 1 %, a label was corrected, its labels have all come, or what is expected is
 * known since. */
function needsJudging(last: LabeledPerformance, { performance }: LabeledPerformance): boolean {
  const before = last.performance;
  const grew = (was: number, is: number): boolean => Math.abs(is - was) > REJUDGE_GROWTH * was;
  return (
    grew(before.rows, performance.rows) ||
    grew(before.labels, performance.labels) ||
    before.mature !== performance.mature ||
    (before.verdict === 'unknown') !== (performance.verdict === 'unknown') ||
    before.primary !== performance.primary ||
    (before.details.corrections ?? 0) !== (performance.details.corrections ?? 0) ||
    // A true label in the place of an absent one adds none.
    (before.details.absent ?? 0) > (performance.details.absent ?? 0)
  );
}
