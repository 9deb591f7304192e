import { quantileOf } from '../../drift/layout/quantile.ts';
import type { BaselineKind } from '../../drift/reference.ts';
import { canonicalLabel } from '../canonical-label.ts';
import type { LabeledRows } from '../labeled-rows.ts';
import { expectMetrics } from '../limits/expect-metrics.ts';
import { tooFewLabels } from '../limits/too-few-labels.ts';
import type { PerformanceReference, SegmentReference } from '../performance-reference.ts';
import { measureLabeled } from '../realized/measure-labeled.ts';
import type { Measured, MeasureSettings } from '../realized/measured.ts';
import { toLabeledRows, type LabeledColumns } from '../to-labeled-rows.ts';
import { expectUnexplained } from './expect-unexplained.ts';
import { pickLabeled } from './pick-labeled.ts';
import { planEstimator, type EstimatorContext } from './plan-estimator.ts';

/** Reference rows in the order of time, and what is declared of them. */
export interface PerformanceInput extends EstimatorContext {
  readonly kind: BaselineKind;
  /** Text of each row's label; null or empty where it has none. */
  readonly labels: readonly (string | null)[];
  readonly columns: Omit<LabeledColumns, 'labels' | 'weights'>;
  /** Rows of each chunk; they add up to the rows. */
  readonly chunkRows: readonly number[];
  /** Values of each declared segment key, row by row. */
  readonly segments: ReadonlyMap<string, readonly (string | null)[]>;
  /** Time from each row to its label, in ms; NaN where it is not known. */
  readonly delaysMs?: Float64Array;
  readonly measure: Omit<MeasureSettings, 'seed'>;
}

/** What the baseline learns of the performance, or why it learns nothing. */
export interface BuiltPerformance {
  readonly performance?: PerformanceReference;
  readonly warnings: readonly string[];
}

/** The bootstrap of the reference is the same each time. */
const SEED = 1;

/** A segment with fewer labels, or fewer of the rarer class, has no map of its own. */
const SEGMENT_LABELS = 1000;
const SEGMENT_RARER = 100;

/** Most segments with an estimator, those with the most rows first. */
const MOST_SEGMENTS = 64;

const MOST_LABELS = 1000;
const DELAY_QUANTILES = 101;

/** Expected metrics, estimator, segments and delays of labels from the labeled rows of a reference. */
export function buildPerformance(input: PerformanceInput): BuiltPerformance {
  const { outputs, labels } = input;
  const rowsWithLabel = [...labels.keys()].filter((row) => (labels[row] ?? '') !== '');
  if (rowsWithLabel.length === 0) return { warnings: ['performance: no row has a label'] };
  const usable = toLabeledRows(outputs, pickColumns(input, rowsWithLabel));
  const { labeled, withoutPrediction, unknownLabel } = usable;
  const doubt = tooFewLabels(labeled);
  const warnings = [
    ...(withoutPrediction > 0 ? [`performance: ${withoutPrediction} labeled rows have no usable prediction`] : []),
    ...(unknownLabel > 0 ? [`performance: ${unknownLabel} rows have a label that the model does not know`] : []),
    ...(doubt === undefined ? [] : [`performance: ${doubt}`]),
  ];
  if (doubt !== undefined) return { warnings };
  const rows = usable.kept.map((at) => rowsWithLabel[at]!);
  return { performance: describePerformance(input, labeled, rows), warnings };
}

/** @param rows the place of each labeled row among all rows */
function describePerformance(
  input: PerformanceInput,
  labeled: LabeledRows,
  rows: readonly number[],
): PerformanceReference {
  const { kind, delaysMs } = input;
  const plan = kind === 'training' ? undefined : planEstimator(labeled, input);
  const { expected, whole, chunks, chunkOfRow } = expectOf(input, labeled, rows);
  const unexplained =
    plan && expectUnexplained(plan, chunks, chunkOfRow, { labeled, measured: whole }, withoutSeed(input.measure));
  const delays = delaysMs && quantilesOf(rows.map((row) => delaysMs[row]!));
  return {
    task: labeled.task,
    rows: rows.length,
    labels: labeled.task === 'regression' ? [] : countLabels(rows.map((row) => input.labels[row] ?? '')),
    // Rows that the model was fitted on say nothing of what to expect.
    expected: kind === 'training' ? {} : expected,
    ...(plan === undefined ? {} : { estimator: plan.build() }),
    ...(unexplained === undefined ? {} : { unexplained }),
    segments: plan === undefined ? [] : buildSegments(input, labeled, rows),
    ...(delays === undefined ? {} : { delaysMs: delays }),
  };
}

/** Measures labeled rows whole and by chunk. */
function expectOf({ chunkRows, measure }: PerformanceInput, labeled: LabeledRows, rows: readonly number[]) {
  const settings = { ...measure, seed: SEED };
  const whole = measureLabeled(labeled, settings);
  const byChunk = groupByChunk(rows, chunkRows);
  const chunks = byChunk.map((indexes) => {
    const own = pickLabeled(labeled, indexes);
    return { labeled: own, measured: measureLabeled(own, settings) };
  });
  const chunkOfRow = new Uint32Array(rows.length);
  byChunk.forEach((indexes, chunk) => indexes.forEach((index) => (chunkOfRow[index] = chunk)));
  const able = chunks.filter((chunk) => tooFewLabels(chunk.labeled) === undefined);
  const measured: Measured[] = able.map((chunk) => chunk.measured);
  return { expected: expectMetrics(whole, measured), whole, chunks, chunkOfRow };
}

/** Indexes of labeled rows by chunk, chunks without any left out. */
function groupByChunk(rows: readonly number[], chunkRows: readonly number[]): number[][] {
  const groups: number[][] = [];
  let index = 0;
  let end = 0;
  for (const count of chunkRows) {
    end += count;
    const group: number[] = [];
    for (; index < rows.length && rows[index]! < end; index++) group.push(index);
    if (group.length > 0) groups.push(group);
  }
  return groups;
}

function buildSegments(input: PerformanceInput, labeled: LabeledRows, rows: readonly number[]): SegmentReference[] {
  const slices = [...input.segments].flatMap(([key, values]) => {
    const byValue = Map.groupBy(rows.keys(), (index) => values[rows[index]!] ?? null);
    return [...byValue].flatMap(([value, indexes]) => (value === null ? [] : [{ key, value, indexes }]));
  });
  const enough = slices
    .map((slice) => ({ ...slice, own: pickLabeled(labeled, slice.indexes) }))
    .filter(({ own }) => hasEnough(own))
    .sort((a, b) => b.indexes.length - a.indexes.length)
    .slice(0, MOST_SEGMENTS);
  return enough.flatMap(({ key, value, indexes, own }) => {
    const plan = planEstimator(own, input);
    if (plan === undefined) return [];
    const places = indexes.map((index) => rows[index]!);
    const { expected } = expectOf(input, own, places);
    return [{ key, value, rows: indexes.length, expected, estimator: plan.build() }];
  });
}

function hasEnough(labeled: LabeledRows): boolean {
  const { labels } = labeled.rows;
  if (labels.length < SEGMENT_LABELS) return false;
  if (labeled.task === 'regression') return true;
  const counts = new Map<number, number>(
    labeled.task === 'multiclass'
      ? labeled.rows.classes.map((_, index) => [index, 0])
      : [
          [0, 0],
          [1, 0],
        ],
  );
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.min(...counts.values()) >= SEGMENT_RARER;
}

function pickColumns({ labels, columns }: PerformanceInput, rows: readonly number[]): LabeledColumns {
  const { scores, outputOf, amounts } = columns;
  return {
    labels: rows.map((row) => labels[row] ?? ''),
    scores: Float64Array.from(rows, (row) => scores[row] ?? NaN),
    weights: new Float64Array(rows.length).fill(1),
    outputOf: (name) => {
      const values = outputOf(name);
      return rows.map((row) => values[row] ?? null);
    },
    ...(amounts === undefined ? {} : { amounts: Float64Array.from(rows, (row) => amounts[row] ?? NaN) }),
  };
}

/** Canonical labels, the most frequent first. */
function countLabels(labels: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const canonical = new Map<string, number>();
  for (const [label, count] of counts) {
    const text = canonicalLabel(label);
    canonical.set(text, (canonical.get(text) ?? 0) + count);
  }
  const ranked = [...canonical].sort(([a, rowsOfA], [b, rowsOfB]) => rowsOfB - rowsOfA || (a < b ? -1 : 1));
  return ranked.slice(0, MOST_LABELS).map(([label]) => label);
}

/** 101 quantiles; a label that came before its row came at once. Undefined without any. */
function quantilesOf(delaysMs: readonly number[]): number[] | undefined {
  const known = Float64Array.from(delaysMs.filter((delayMs) => Number.isFinite(delayMs))).map((ms) => Math.max(0, ms));
  if (known.length === 0) return undefined;
  const sorted = known.sort();
  return Array.from({ length: DELAY_QUANTILES }, (_, i) => quantileOf(sorted, i / (DELAY_QUANTILES - 1)));
}

function withoutSeed({ threshold, topShare, business }: Omit<MeasureSettings, 'seed'>) {
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(topShare === undefined ? {} : { topShare }),
    ...(business === undefined ? {} : { business }),
  };
}
