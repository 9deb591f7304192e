import type { LabeledGroup, PredictionCount } from '../store/performance-store.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { labeledVersions, type LabeledVersion } from './labeled-version.ts';
import { measureUnit, type LabeledPerformance, type LabeledUnit } from './measure-labeled-unit.ts';
import type { WindowQuestion } from './window-series.ts';
import type { ServingRole } from './stored-performance.ts';

export type { LabeledPerformance } from './measure-labeled-unit.ts';

/** Rows that are read at a time: about 100 MB. A window is read as a whole. */
const ROWS_AT_A_TIME = 500_000;

/** Measures what labels say of every version that scored rows, window by window: realized performance, and what no score explains. */
export async function measureLabels(settings: JudgeSettings, question: WindowQuestion): Promise<LabeledPerformance[]> {
  const { model, windowMs, segment } = question;
  const versions = await labeledVersions(settings.registry, model);
  const counts = await countRows(settings, question, versions);
  const measured: LabeledPerformance[] = [];
  for (const span of spansOf(counts, windowMs)) {
    const labeled = await readRows(settings, { ...question, ...span }, versions);
    const own = counts.filter(({ windowStart }) => windowStart >= span.from && windowStart < span.to);
    for (const unit of toUnits(settings, model, windowMs, versions, labeled, own)) {
      measured.push(...measureUnit(unit, segment, settings.now()));
    }
  }
  return measured.sort((a, b) => a.performance.window.start.getTime() - b.performance.window.start.getTime());
}

function askedOf({ model, environment, from, to, windowMs, segment }: WindowQuestion) {
  return { model, environment, from, to, windowSeconds: windowMs / 1000, ...(segment && { segment }) };
}

/** Counts of the predictions of each version, in its own cells and by its own rule of who can get a label. */
async function countRows(
  { store, registry }: JudgeSettings,
  question: WindowQuestion,
  versions: readonly LabeledVersion[],
): Promise<PredictionCount[]> {
  const nameOf = (count: PredictionCount) => registeredName({ registry }, question.model, count);
  const read = (of: LabeledVersion | undefined): Promise<PredictionCount[]> =>
    store.countPredictions({
      ...askedOf(question),
      ...(of?.observedWhen && { observedWhen: of.observedWhen }),
      ...(of?.bounds && { bounds: of.bounds }),
    });
  const newest = versions.at(-1);
  const first = await read(newest);
  const served = new Set(first.map(nameOf));
  const counts = first.filter((count) => nameOf(count) === newest?.version);
  for (const version of versions.slice(0, -1)) {
    if (!served.has(version.version)) continue;
    const isAlike = JSON.stringify(ruleOf(version)) === JSON.stringify(newest && ruleOf(newest));
    const own = isAlike ? first : await read(version);
    counts.push(...own.filter((count) => nameOf(count) === version.version));
  }
  return counts;
}

function ruleOf({ observedWhen, bounds }: LabeledVersion): unknown {
  return [observedWhen, bounds];
}

/** Labeled rows of a period. Outputs of scores are read only where rows have no score of their own. */
async function readRows(
  { store }: JudgeSettings,
  question: WindowQuestion,
  versions: readonly LabeledVersion[],
): Promise<LabeledGroup[]> {
  const outputs = new Set(versions.flatMap((version) => version.outputs));
  const inputs = [...new Set(versions.flatMap((version) => version.inputs))];
  const read = (): Promise<LabeledGroup[]> =>
    store.readLabeled({ ...askedOf(question), outputs: [...outputs], inputs });
  const groups = await read();
  const scores = versions.flatMap(({ scoreOutput }) => (scoreOutput === undefined ? [] : [scoreOutput]));
  const isWithoutScore = groups.some((group) => group.scores.some(Number.isNaN));
  if (!isWithoutScore || scores.every((name) => outputs.has(name))) return groups;
  for (const name of scores) outputs.add(name);
  return read();
}

/** Periods of whole windows with no more rows than are read at a time, where one window alone has not more. */
function spansOf(counts: readonly PredictionCount[], windowMs: number): { readonly from: Date; readonly to: Date }[] {
  const rowsOf = new Map<number, number>();
  for (const { windowStart, rows } of counts) {
    rowsOf.set(windowStart.getTime(), (rowsOf.get(windowStart.getTime()) ?? 0) + rows);
  }
  const spans: { from: Date; to: Date }[] = [];
  let held = Infinity;
  for (const [startMs, rows] of [...rowsOf].sort(([a], [b]) => a - b)) {
    const end = new Date(startMs + windowMs);
    const last = spans.at(-1);
    if (last !== undefined && held + rows <= ROWS_AT_A_TIME) last.to = end;
    else spans.push({ from: new Date(startMs), to: end });
    held = (last !== undefined && held + rows <= ROWS_AT_A_TIME ? held : 0) + rows;
  }
  return spans;
}

/** Groups by registered version, role and window: the same version may report its name in one place and its file's hash in another. */
function toUnits(
  settings: JudgeSettings,
  model: string,
  windowMs: number,
  versions: readonly LabeledVersion[],
  labeled: readonly LabeledGroup[],
  counts: readonly PredictionCount[],
): LabeledUnit[] {
  const units = new Map<string, LabeledUnit & { labeled: LabeledGroup[]; counts: PredictionCount[] }>();
  const unitOf = (group: LabeledGroup | PredictionCount) => {
    const name = registeredName(settings, model, group);
    const version = versions.find((one) => one.version === name);
    if (version === undefined) return undefined;
    const servingRole: ServingRole = group.servingRole === '' ? 'champion' : (group.servingRole as ServingRole);
    const { windowStart: start } = group;
    const key = JSON.stringify([name, servingRole, start.getTime()]);
    const window = { start, end: new Date(start.getTime() + windowMs) };
    const unit = units.get(key) ?? { version, servingRole, window, labeled: [], counts: [] };
    units.set(key, unit);
    return unit;
  };
  for (const group of labeled) unitOf(group)?.labeled.push(group);
  for (const count of counts) unitOf(count)?.counts.push(count);
  return [...units.values()];
}

/** Name of the registered version that rows are of; undefined where they are of none. */
function registeredName(
  { registry }: Pick<JudgeSettings, 'registry'>,
  model: string,
  { sha256, version }: Pick<PredictionCount, 'sha256' | 'version'>,
): string | undefined {
  const resolved = registry.resolveVersion({ model, sha256, version });
  return resolved.registered ? resolved.version : undefined;
}
