import { createRandom } from '../../../src/domain/drift/significance/random.ts';
import { chooseNumericLayout } from '../../../src/domain/drift/layout-choice.ts';
import type { LabeledRows } from '../../../src/domain/performance/labeled-rows.ts';
import type { PredictionOutputs } from '../../../src/domain/performance/prediction-outputs.ts';

/** The rows of `golden/make_estimates.py`, to the last bit. */
export function binaryRows(kind: string, seed: number, rows: number, shift: number): LabeledRows & { task: 'binary' } {
  const draw = createRandom(seed);
  const scores = new Float64Array(rows);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const [a, b, c, v] = [draw(), draw(), draw(), draw()];
    let score = kind === 'rare' ? a * b * (a * b) : (a + b + c) / 3;
    score = score + shift * score * (1 - score);
    const chance = kind === 'calibrated' ? score : kind === 'rare' ? 0.3 * score * score : score * score;
    scores[i] = score;
    labels[i] = v < chance ? 1 : 0;
  }
  return { task: 'binary', rows: { scores, labels, weights: new Float64Array(rows).fill(1) } };
}

export const CLASSES = ['a', 'b', 'c'];

/** @param power labels are drawn with the scores to this power: 1 is calibrated, as in `golden/make_estimates.py` */
export function multiclassRows(
  seed: number,
  rows: number,
  shift: number,
  power = 1,
): LabeledRows & { task: 'multiclass' } {
  const draw = createRandom(seed);
  const scores = new Float64Array(rows * 3);
  const labels = new Int32Array(rows);
  const predicted = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const raw = [draw() * draw(), draw() * draw(), draw() * draw()];
    raw[2] = raw[2]! * (1 + shift);
    const total = raw[0]! + raw[1]! + raw[2];
    const own = raw.map((value) => value / total);
    const chances = power === 1 ? own : own.map((value) => value ** power);
    const v = draw() * (power === 1 ? 1 : chances[0]! + chances[1]! + chances[2]!);
    scores.set(own, i * 3);
    labels[i] = v < chances[0]! ? 0 : v < chances[0]! + chances[1]! ? 1 : 2;
    predicted[i] = own.indexOf(Math.max(...own));
  }
  const weights = new Float64Array(rows).fill(1);
  return { task: 'multiclass', rows: { classes: CLASSES, scores, labels, predicted, weights } };
}

/** Rows of a regression: the label strays around the prediction, the more the greater that is. */
export function regressionRows(seed: number, rows: number, shift: number): LabeledRows & { task: 'regression' } {
  const draw = createRandom(seed);
  const predictions = Float64Array.from({ length: rows }, () => 10 + 90 * draw() + shift);
  const labels = predictions.map((value) => value + value * 0.2 * (draw() + draw() + draw() - 1.4));
  return { task: 'regression', rows: { predictions, labels, weights: new Float64Array(rows).fill(1) } };
}

export const BINARY_OUTPUTS: PredictionOutputs = {
  task: 'binary',
  field: 'score',
  classes: [],
  positive: '1',
  threshold: 0.5,
};

/** Bounds of the layout that a baseline gives an output. */
export function outputBounds(values: Float64Array, threshold?: number): readonly number[] {
  const thresholds = threshold === undefined ? {} : { thresholds: [threshold] };
  return chooseNumericLayout(values, { elementType: 'float64', maxBounds: 510, ...thresholds }).layout.bounds;
}

/** Scores of one class. */
export function classScores({ rows }: LabeledRows & { task: 'multiclass' }, place: number): Float64Array {
  return rows.weights.map((_, row) => rows.scores[row * 3 + place]!);
}
