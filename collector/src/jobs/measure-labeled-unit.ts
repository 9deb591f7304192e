import type { ModelFile } from '../api/model-file.ts';
import type { PerformanceReference } from '../domain/performance/performance-reference.ts';
import { predictionOutputsOf } from '../domain/performance/prediction-outputs.ts';
import { referenceOfSegment } from '../domain/performance/segments/reference-of-segment.ts';
import { toLabeledRows, type UsableRows } from '../domain/performance/to-labeled-rows.ts';
import { compareSelection } from '../domain/performance/windows/compare-selection.ts';
import { judgeConcept } from '../domain/performance/windows/judge-concept.ts';
import { judgeRealized } from '../domain/performance/windows/judge-realized.ts';
import { maturityOf } from '../domain/performance/windows/maturity.ts';
import type { PerformanceDetails } from '../domain/performance/windows/window-performance.ts';
import type { LabeledGroup, PredictionCount } from '../store/performance-store.ts';
import type { LabeledVersion } from './labeled-version.ts';
import type { VersionPerformance } from './metric-verdict.ts';
import { performanceSettingsOf } from './performance-settings.ts';
import type { ServingRole } from './stored-performance.ts';

/** A version's performance, and in which role it served. */
export type LabeledPerformance = VersionPerformance & {
  readonly servingRole: ServingRole;
  /** Of an immature window: when it will be mature, where that is known. */
  readonly matureAt?: Date;
};

/** What is known of one version in one role over one window. */
export interface LabeledUnit {
  readonly version: LabeledVersion;
  readonly servingRole: ServingRole;
  readonly window: { readonly start: Date; readonly end: Date };
  readonly labeled: readonly LabeledGroup[];
  readonly counts: readonly PredictionCount[];
}

/**
 * Measures what labels say of one version in one window. Without any label there is a row only once all labels should have come.
 *
 * @param segment Slice that the rows are of.
 */
export function measureUnit(
  unit: LabeledUnit,
  segment: Readonly<Record<string, string>> | undefined,
  nowMs: number,
): LabeledPerformance[] {
  const { version, servingRole, window } = unit;
  const { modelFile, bounds } = version;
  const whole = version.performance;
  const group = joinGroups(unit.labeled);
  const usable = usableRows(modelFile, whole, group);
  const tally = tallyOf(unit.counts, group);
  const { coverage, rows, labels } = tally;
  const { horizonMs, absent } = modelFile.labels ?? {};
  // Where a missing label means something, the delays of those that came say nothing of when all are known.
  const delaysMs = absent === undefined ? whole?.delaysMs : undefined;
  const maturity = maturityOf({ windowEnd: window.end, nowMs, horizonMs, delaysMs, coverage });
  if (labels === 0 && !(maturity.mature && rows > 0)) return [];
  const reference = referenceOfSegment(whole, segment);
  const details = detailsOf(group, usable, tally, bounds);
  const settings = performanceSettingsOf(modelFile);
  const input = { window, labeled: usable.labeled, rows, labels, coverage, maturity, reference, details };
  const realized = judgeRealized(input, settings);
  const concept = judgeConcept(realized, usable.labeled, reference, settings);
  const matureAt = maturity.mature ? undefined : maturity.at;
  const of = { version: version.version, servingRole, ...(matureAt === undefined ? {} : { matureAt }) };
  const shown = [{ ...of, performance: realized.performance }];
  return concept === undefined ? shown : [...shown, { ...of, performance: concept }];
}

/** The columns of a group. */
type LabeledColumns = Omit<
  LabeledGroup,
  'model' | 'environment' | 'windowStart' | 'version' | 'sha256' | 'servingRole' | 'segment' | 'ids' | 'timesMs'
>;

/** A version may report its name in one place and the hash of its file in another: its rows are put together. */
function joinGroups(groups: readonly LabeledGroup[]): LabeledColumns {
  const [first, ...rest] = groups;
  if (first === undefined) return NO_ROWS;
  if (rest.length === 0) return first;
  const join = <Value>(read: (group: LabeledColumns) => readonly Value[]): Value[] => groups.flatMap(read);
  const joinColumns = (read: (group: LabeledColumns) => LabeledGroup['outputs']): LabeledGroup['outputs'] =>
    Object.fromEntries(Object.keys(read(first)).map((name) => [name, join((group) => read(group)[name] ?? [])]));
  return {
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

const NO_ROWS: LabeledColumns = {
  scores: [],
  labels: [],
  weights: [],
  isAbsent: [],
  labelDelaysMs: [],
  corrections: [],
  outputs: {},
  inputs: {},
};

function usableRows(
  { task, outputs, business }: ModelFile,
  reference: PerformanceReference | undefined,
  group: LabeledColumns,
): UsableRows {
  const prediction = predictionOutputsOf(task, outputs);
  const empty = new Array<null>(group.labels.length).fill(null);
  const amount = business?.amount;
  const amounts = amount === undefined ? undefined : (group.outputs[amount] ?? group.inputs[amount]);
  return toLabeledRows(
    prediction,
    {
      labels: group.labels,
      scores: scoresOf(group, prediction.field),
      weights: Float64Array.from(group.weights),
      outputOf: (name) => group.outputs[name] ?? empty,
      ...(amounts === undefined ? {} : { amounts: Float64Array.from(amounts, (text) => Number(text ?? NaN)) }),
    },
    reference?.labels,
  );
}

/** Scores; of a row that was sent without one, the output of its name, where that was read. */
function scoresOf({ scores, outputs }: LabeledColumns, field: string | undefined): Float64Array {
  const texts = field === undefined ? undefined : outputs[field];
  return Float64Array.from(scores, (score, row) => (Number.isNaN(score) ? Number(texts?.[row] ?? NaN) : score));
}

interface Tally {
  readonly rows: number;
  readonly labels: number;
  readonly unobservable: number;
  readonly coverage: number | null;
  readonly counts: readonly number[];
  readonly meanScore: number | null;
}

function tallyOf(counts: readonly PredictionCount[], { weights }: LabeledColumns): Tally {
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
  group: LabeledColumns,
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

function delayOf({ labelDelaysMs, isAbsent }: LabeledColumns): PerformanceDetails['delay'] {
  const delays = labelDelaysMs.filter((delayMs, row): delayMs is number => delayMs !== null && !isAbsent[row]);
  if (delays.length === 0) return undefined;
  delays.sort((a, b) => a - b);
  const at = (share: number): number => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}

function selectionOf(group: LabeledColumns, { counts, meanScore }: Tally, bounds: readonly number[]) {
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
