import { canonicalLabel } from './canonical-label.ts';
import type { LabeledRows } from './labeled-rows.ts';
import type { PredictionOutputs } from './prediction-outputs.ts';

/** Rows with a label each, as columns of one length. */
export interface LabeledColumns {
  /** As they came. */
  readonly labels: readonly string[];
  /** Score of the positive class, or value of a regression; NaN where there is none. Not read in multiclass. */
  readonly scores: Float64Array;
  readonly weights: Float64Array;
  /** An output by name; null where a row has none. */
  readonly outputOf: (name: string) => readonly (string | number | boolean | null)[];
  /** What the business value of each row is multiplied with; NaN where there is none. */
  readonly amounts?: Float64Array;
}

/** Rows that can be measured, and how many cannot. */
export interface UsableRows {
  readonly labeled: LabeledRows;
  /** Row numbers of what is in `labeled`, in its order. */
  readonly kept: readonly number[];
  /** Rows without a score, or without a decided class where one is needed. */
  readonly withoutPrediction: number;
  /** Rows whose label is none of the model's, or no number in a regression. */
  readonly unknownLabel: number;
}

/**
 * Turns labels and outputs into rows that can be measured.
 *
 * @param known Canonical labels that count, where they are known (those of the baseline): any other one is left out and counted. Without
 * them every label counts; a binary label that is not the positive one is negative.
 */
export function toLabeledRows(
  outputs: PredictionOutputs,
  columns: LabeledColumns,
  known: readonly string[] = [],
): UsableRows {
  if (outputs.task === 'regression') return toRegression(columns);
  return outputs.task === 'binary' ? toBinary(outputs, columns, known) : toMulticlass(outputs, columns);
}

function toBinary(
  { positive, decision, threshold }: PredictionOutputs,
  columns: LabeledColumns,
  known: readonly string[],
): UsableRows {
  const isKnown = createKnown(known.length === 0 ? [] : [...known, positive]);
  const decided = threshold === undefined && decision !== undefined ? columns.outputOf(decision) : undefined;
  const choice = chooseRows(columns, (row, label) => {
    if (!isKnown(label)) return 'unknownLabel';
    const isUsable = Number.isFinite(columns.scores[row]) && decided?.[row] !== null;
    return isUsable ? 'kept' : 'withoutPrediction';
  });
  const { kept, labels } = choice;
  const decisions = decided && Uint8Array.from(kept, (row) => Number(textOf(decided[row]) === positive));
  const rows = {
    scores: pick(columns.scores, kept),
    labels: Uint8Array.from(labels, (label) => Number(label === positive)),
    weights: pick(columns.weights, kept),
    ...(decisions === undefined ? {} : { decisions }),
    ...(columns.amounts === undefined ? {} : { amounts: pick(columns.amounts, kept) }),
  };
  return { ...countsOf(choice), labeled: { task: 'binary', rows } };
}

function toMulticlass({ classes, decision }: PredictionOutputs, columns: LabeledColumns): UsableRows {
  const indexOf = new Map(classes.map(({ label }, index) => [label, index]));
  const scoresOf = classes.map(({ field }) => columns.outputOf(field));
  const decided = decision === undefined ? undefined : columns.outputOf(decision);
  const scoreAt = (row: number, index: number): number => Number(scoresOf[index]?.[row] ?? NaN);
  const predictedAt = (row: number): number => {
    if (decided !== undefined) return indexOf.get(textOf(decided[row])) ?? -1;
    return classes.reduce((best, _, index) => (scoreAt(row, index) > scoreAt(row, best) ? index : best), 0);
  };
  const choice = chooseRows(columns, (row, label) => {
    if (!indexOf.has(label)) return 'unknownLabel';
    const isScored = classes.every((_, index) => Number.isFinite(scoreAt(row, index)));
    return isScored && predictedAt(row) >= 0 ? 'kept' : 'withoutPrediction';
  });
  const { kept, labels } = choice;
  const scores = new Float64Array(kept.length * classes.length);
  kept.forEach((row, at) => classes.forEach((_, index) => (scores[at * classes.length + index] = scoreAt(row, index))));
  const rows = {
    classes: classes.map(({ label }) => label),
    scores,
    labels: Int32Array.from(labels, (label) => indexOf.get(label) ?? -1),
    predicted: Int32Array.from(kept, predictedAt),
    weights: pick(columns.weights, kept),
  };
  return { ...countsOf(choice), labeled: { task: 'multiclass', rows } };
}

function toRegression(columns: LabeledColumns): UsableRows {
  const choice = chooseRows(columns, (row, label) => {
    if (label === '' || !Number.isFinite(Number(label))) return 'unknownLabel';
    return Number.isFinite(columns.scores[row]) ? 'kept' : 'withoutPrediction';
  });
  const { kept, labels } = choice;
  const rows = {
    predictions: pick(columns.scores, kept),
    labels: Float64Array.from(labels, Number),
    weights: pick(columns.weights, kept),
  };
  return { ...countsOf(choice), labeled: { task: 'regression', rows } };
}

interface Choice {
  readonly kept: readonly number[];
  /** Canonical labels of what is kept. */
  readonly labels: readonly string[];
  readonly withoutPrediction: number;
  readonly unknownLabel: number;
}

function chooseRows(
  { labels }: LabeledColumns,
  decide: (row: number, label: string) => 'kept' | 'withoutPrediction' | 'unknownLabel',
): Choice {
  const kept: number[] = [];
  const canonical: string[] = [];
  const left = { withoutPrediction: 0, unknownLabel: 0 };
  const texts = new Map<string, string>();
  labels.forEach((text, row) => {
    const label = texts.get(text) ?? canonicalLabel(text);
    texts.set(text, label);
    const fate = decide(row, label);
    if (fate !== 'kept') left[fate]++;
    else {
      kept.push(row);
      canonical.push(label);
    }
  });
  return { kept, labels: canonical, ...left };
}

function countsOf({ kept, withoutPrediction, unknownLabel }: Choice): Omit<UsableRows, 'labeled'> {
  return { kept, withoutPrediction, unknownLabel };
}

function createKnown(known: readonly string[]): (label: string) => boolean {
  const labels = new Set(known);
  return (label) => labels.size === 0 || labels.has(label);
}

function textOf(value: string | number | boolean | null | undefined): string {
  return value === null || value === undefined ? '' : canonicalLabel(String(value));
}

function pick(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? NaN);
}
