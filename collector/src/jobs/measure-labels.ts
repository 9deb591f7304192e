import type { ModelFile } from '../api/model-file.ts';
import type { PerformanceReference } from '../domain/performance/performance-reference.ts';
import { outputsToRead, predictionOutputsOf } from '../domain/performance/prediction-outputs.ts';
import { referenceOfSegment } from '../domain/performance/segments/reference-of-segment.ts';
import { toLabeledRows, type UsableRows } from '../domain/performance/to-labeled-rows.ts';
import { compareSelection } from '../domain/performance/windows/compare-selection.ts';
import { judgeConcept } from '../domain/performance/windows/judge-concept.ts';
import { judgeRealized } from '../domain/performance/windows/judge-realized.ts';
import { maturityOf } from '../domain/performance/windows/maturity.ts';
import type { PerformanceDetails } from '../domain/performance/windows/window-performance.ts';
import type { Registry } from '../registry/registry.ts';
import type { LabeledGroup, PredictionCount } from '../store/performance-store.ts';
import type { JudgeSettings } from './judge-settings.ts';
import type { VersionPerformance } from './metric-verdict.ts';
import type { WindowQuestion } from './observe-windows.ts';
import { performanceSettingsOf } from './performance-settings.ts';
import type { ServingRole } from './stored-performance.ts';

/** A version's performance, and in which role it served. */
export type LabeledPerformance = VersionPerformance & { readonly servingRole: ServingRole };

/** Outputs and inputs that have to be read beside scores and labels, over all versions of a model. */
interface Wanted {
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  readonly observedWhen: Readonly<Record<string, string>> | undefined;
  readonly bounds: readonly number[] | undefined;
}

/** Measures what labels say of every version that scored rows, window by window: realized performance, and what no score explains. */
export async function measureLabels(settings: JudgeSettings, question: WindowQuestion): Promise<LabeledPerformance[]> {
  const { model, environment, from, to, windowMs, segment } = question;
  const wanted = await wantedOf(settings.registry, model);
  const asked = { model, environment, from, to, windowSeconds: windowMs / 1000, ...(segment && { segment }) };
  const labeled = await settings.store.readLabeled({ ...asked, outputs: wanted.outputs, inputs: wanted.inputs });
  if (labeled.length === 0) return [];
  const counts = await settings.store.countPredictions({
    ...asked,
    ...(wanted.observedWhen && { observedWhen: wanted.observedWhen }),
    ...(wanted.bounds && { bounds: wanted.bounds }),
  });
  const grouped = groupUnits(settings.registry, model, labeled, counts);
  const measured: LabeledPerformance[] = [];
  for (const unit of grouped) measured.push(...(await measureUnit(settings, question, wanted, unit)));
  return measured.sort((a, b) => a.performance.window.start.getTime() - b.performance.window.start.getTime());
}

async function wantedOf(registry: Registry, model: string): Promise<Wanted> {
  const { versions } = await registry.showModel(model);
  const outputs = new Set<string>();
  const inputs = new Set<string>();
  let observedWhen: Wanted['observedWhen'];
  let bounds: Wanted['bounds'];
  for (const { version } of versions) {
    const found = await registry.find(model, version);
    const file = registry.modelFileOf(found);
    for (const name of outputsToRead(predictionOutputsOf(file.task, file.outputs))) outputs.add(name);
    const amount = file.business?.amount;
    if (amount !== undefined) (file.outputs.some(({ name }) => name === amount) ? outputs : inputs).add(amount);
    observedWhen = file.labels?.observedWhen;
    const estimator = (await registry.referenceOf(found))?.performance?.estimator;
    if (estimator?.task === 'binary') bounds = estimator.map.bounds;
    else if (estimator?.task === 'regression') bounds = estimator.loss.bounds;
  }
  return { outputs: [...outputs], inputs: [...inputs], observedWhen, bounds };
}

/** What is known of one version in one role over one window. */
interface Unit {
  readonly version: string;
  readonly servingRole: ServingRole;
  readonly windowStart: Date;
  readonly labeled: readonly LabeledGroup[];
  readonly counts: readonly PredictionCount[];
}

/** Groups by registered version: the same version may report its name in one place and its file's hash in another. */
function groupUnits(
  registry: Registry,
  model: string,
  labeled: readonly LabeledGroup[],
  counts: readonly PredictionCount[],
): Unit[] {
  const units = new Map<string, { -readonly [key in keyof Unit]: Unit[key] } & { labeled: LabeledGroup[] }>();
  const unitOf = (group: LabeledGroup | PredictionCount) => {
    const { sha256, version: reported, windowStart } = group;
    const resolved = registry.resolveVersion({ model, sha256, version: reported });
    const version = resolved.registered ? resolved.version : '';
    const servingRole = group.servingRole === '' ? 'champion' : (group.servingRole as ServingRole);
    const key = JSON.stringify([version, servingRole, windowStart.getTime()]);
    const unit = units.get(key) ?? { version, servingRole, windowStart, labeled: [], counts: [] };
    units.set(key, unit);
    return unit;
  };
  for (const group of labeled) unitOf(group).labeled.push(group);
  for (const count of counts) {
    const unit = unitOf(count);
    unit.counts = [...unit.counts, count];
  }
  return [...units.values()].filter((unit) => unit.version !== '' && unit.labeled.length > 0);
}

async function measureUnit(
  { registry, now }: JudgeSettings,
  { model, windowMs, segment }: WindowQuestion,
  wanted: Wanted,
  unit: Unit,
): Promise<LabeledPerformance[]> {
  const { version, servingRole, windowStart } = unit;
  const group = joinGroups(unit.labeled);
  const found = await registry.find(model, version);
  const modelFile = registry.modelFileOf(found);
  const whole = (await registry.referenceOf(found))?.performance;
  const reference = referenceOfSegment(whole, segment);
  const usable = usableRows(modelFile, whole, group);
  const window = { start: windowStart, end: new Date(windowStart.getTime() + windowMs) };
  const tally = tallyOf(unit.counts, group);
  const { coverage, rows, labels } = tally;
  const { horizonMs } = modelFile.labels ?? {};
  const maturity = maturityOf({
    windowEnd: window.end,
    nowMs: now(),
    horizonMs,
    delaysMs: whole?.delaysMs,
    coverage,
  });
  const details = detailsOf(group, usable, tally, wanted.bounds);
  const settings = performanceSettingsOf(modelFile);
  const input = { window, labeled: usable.labeled, rows, labels, coverage, maturity, reference, details };
  const realized = judgeRealized(input, settings);
  const concept = judgeConcept(realized, usable.labeled, reference, settings);
  const of = { version, servingRole };
  const shown = [{ ...of, performance: realized.performance }];
  return concept === undefined ? shown : [...shown, { ...of, performance: concept }];
}

function joinGroups(groups: readonly LabeledGroup[]): LabeledGroup {
  const [first, ...rest] = groups;
  if (rest.length === 0) return first!;
  const join = <Value>(read: (group: LabeledGroup) => readonly Value[]): Value[] => groups.flatMap(read);
  const joinColumns = (read: (group: LabeledGroup) => LabeledGroup['outputs']): LabeledGroup['outputs'] =>
    Object.fromEntries(Object.keys(read(first!)).map((name) => [name, join((group) => read(group)[name] ?? [])]));
  return {
    ...first!,
    scores: join(({ scores }) => scores),
    labels: join(({ labels }) => labels),
    weights: join(({ weights }) => weights),
    isAbsent: join(({ isAbsent }) => isAbsent),
    labelDelaysMs: join(({ labelDelaysMs }) => labelDelaysMs),
    corrections: join(({ corrections }) => corrections),
    outputs: joinColumns(({ outputs }) => outputs),
    inputs: joinColumns(({ inputs }) => inputs),
  };
}

function usableRows(
  { task, outputs, business }: ModelFile,
  reference: PerformanceReference | undefined,
  group: LabeledGroup,
): UsableRows {
  const empty = new Array<null>(group.labels.length).fill(null);
  const amount = business?.amount;
  const amounts = amount === undefined ? undefined : (group.outputs[amount] ?? group.inputs[amount]);
  return toLabeledRows(
    predictionOutputsOf(task, outputs),
    {
      labels: group.labels,
      scores: Float64Array.from(group.scores),
      weights: Float64Array.from(group.weights),
      outputOf: (name) => group.outputs[name] ?? empty,
      ...(amounts === undefined ? {} : { amounts: Float64Array.from(amounts, (text) => Number(text ?? 0) || 0) }),
    },
    reference?.labels,
  );
}

interface Tally {
  readonly rows: number;
  readonly labels: number;
  readonly unobservable: number;
  readonly coverage: number | null;
  readonly counts: readonly number[];
  readonly meanScore: number | null;
}

function tallyOf(counts: readonly PredictionCount[], { weights }: LabeledGroup): Tally {
  const labels = sum(weights);
  const rows = Math.max(labels, sum(counts.map(({ weight }) => weight)));
  const unobservable = sum(counts.map((count) => count.unobservable));
  const observable = Math.max(labels, rows - unobservable);
  const scored = counts.filter(({ meanScore }) => meanScore !== null);
  const scoredWeight = sum(scored.map(({ weight }) => weight));
  const scoreSum = sum(scored.map(({ weight, meanScore }) => weight * (meanScore ?? 0)));
  return {
    rows,
    labels,
    unobservable,
    coverage: observable === 0 ? null : Math.min(1, labels / observable),
    counts: counts.reduce<number[]>(
      (total, { counts: own }) => own.map((count, cell) => count + (total[cell] ?? 0)),
      [],
    ),
    meanScore: scoredWeight === 0 ? null : scoreSum / scoredWeight,
  };
}

function detailsOf(
  group: LabeledGroup,
  { withoutPrediction, unknownLabel }: UsableRows,
  tally: Tally,
  bounds: readonly number[] | undefined,
): PerformanceDetails {
  const absent = sum(group.weights.filter((_, row) => group.isAbsent[row]));
  const corrections = sum(group.corrections);
  const delay = delayOf(group);
  const selection = bounds === undefined ? undefined : selectionOf(group, tally, bounds);
  const unusable = withoutPrediction + unknownLabel;
  return {
    ...(absent > 0 && { absent }),
    ...(tally.unobservable > 0 && { unobservable: tally.unobservable }),
    ...(unusable > 0 && { unusable }),
    ...(corrections > 0 && { corrections }),
    ...(delay && { delay }),
    ...(selection && { selection }),
  };
}

function delayOf({ labelDelaysMs, isAbsent }: LabeledGroup): PerformanceDetails['delay'] {
  const delays = labelDelaysMs.filter((delayMs, row): delayMs is number => delayMs !== null && !isAbsent[row]);
  if (delays.length === 0) return undefined;
  delays.sort((a, b) => a - b);
  const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}

function selectionOf(group: LabeledGroup, { counts, meanScore }: Tally, bounds: readonly number[]) {
  const labeled = new Float64Array(bounds.length + 1);
  let [weight, total] = [0, 0];
  group.scores.forEach((score, row) => {
    if (!Number.isFinite(score)) return;
    const own = group.weights[row] ?? 1;
    labeled[cellOf(score, bounds)]! += own;
    weight += own;
    total += own * score;
  });
  const meanScoreLabeled = weight === 0 ? null : total / weight;
  return compareSelection({ all: counts, labeled, meanScoreAll: meanScore, meanScoreLabeled });
}

/** Cell `(a, b]` of a value. */
function cellOf(value: number, bounds: readonly number[]): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (bounds[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
