import { mapCellOf, middleOf } from '../estimated/fit-calibration-map.ts';
import type { RegressionRows } from '../labeled-rows.ts';
import type { ExpectedLoss } from '../performance-reference.ts';

type LossCell = ExpectedLoss['cells'][number];

/** As scikit-learn has it: what a label of 0 counts as in the relative error. */
const EPSILON = 2 ** -52;

/** Sums over the rows of a cell. */
interface Sums {
  weight: number;
  readonly values: Float64Array;
}

/** What is summed, in this order. */
const PREDICTION = 0;
const LABEL = 1;
const LABEL_SQUARE = 2;
const ABSOLUTE = 3;
const SQUARED = 4;
const RELATIVE = 5;
const ABSOLUTE_SQUARE = 6;
const SQUARED_SQUARE = 7;
const RELATIVE_SQUARE = 8;

/**
 * Mean losses of labeled rows by cell of the prediction. A cell without rows takes the line between its neighbors, at its middle.
 *
 * @param isLeftOut rows to leave out
 */
export function measureExpectedLoss(
  rows: RegressionRows,
  bounds: readonly number[],
  isLeftOut: (row: number) => boolean = () => false,
): ExpectedLoss {
  const sums = Array.from({ length: bounds.length + 1 }, (): Sums => ({ weight: 0, values: new Float64Array(9) }));
  for (let i = 0; i < rows.predictions.length; i++) {
    if (isLeftOut(i)) continue;
    const prediction = rows.predictions[i]!;
    addRow(sums[mapCellOf(bounds, prediction)]!, prediction, rows.labels[i]!, rows.weights[i]!);
  }
  const known = sums.map((own) => (own.weight > 0 ? toCell(own) : undefined));
  return { bounds, cells: known.map((cell, index) => cell ?? fillCell(known, bounds, index)) };
}

function addRow(sums: Sums, prediction: number, label: number, weight: number): void {
  const error = Math.abs(prediction - label);
  const relative = error / Math.max(Math.abs(label), EPSILON);
  const terms = [prediction, label, label ** 2, error, error ** 2, relative, error ** 2, error ** 4, relative ** 2];
  sums.weight += weight;
  for (let k = 0; k < terms.length; k++) sums.values[k]! += weight * terms[k]!;
}

function toCell({ weight, values }: Sums): LossCell {
  const mean = (k: number): number => values[k]! / weight;
  const deviation = (k: number, square: number): number => Math.sqrt(Math.max(0, mean(square) - mean(k) ** 2));
  return {
    rows: weight,
    meanPrediction: mean(PREDICTION),
    meanLabel: mean(LABEL),
    meanLabelSquare: mean(LABEL_SQUARE),
    absoluteError: mean(ABSOLUTE),
    squaredError: mean(SQUARED),
    relativeError: mean(RELATIVE),
    absoluteErrorSd: deviation(ABSOLUTE, ABSOLUTE_SQUARE),
    squaredErrorSd: deviation(SQUARED, SQUARED_SQUARE),
    relativeErrorSd: deviation(RELATIVE, RELATIVE_SQUARE),
  };
}

const EMPTY = toCell({ weight: 1, values: new Float64Array(9) });

function fillCell(cells: readonly (LossCell | undefined)[], bounds: readonly number[], index: number): LossCell {
  const below = cells.slice(0, index).findLast((cell) => cell !== undefined);
  const above = cells.slice(index + 1).find((cell) => cell !== undefined);
  const [low, high] = [below ?? above ?? EMPTY, above ?? below ?? EMPTY];
  const middle = middleOf(bounds, index);
  const span = high.meanPrediction - low.meanPrediction;
  const part = span > 0 ? Math.min(1, Math.max(0, (middle - low.meanPrediction) / span)) : 0;
  const keys = Object.keys(low) as (keyof LossCell)[];
  const between = keys.map((key) => [key, low[key] + part * (high[key] - low[key])] as const);
  return { ...low, ...Object.fromEntries(between), rows: 0, meanPrediction: middle };
}
