import { cellOf } from '@prumo/agent/profile';
import type { CalibrationMap } from '../performance-reference.ts';
import { fitIsotonic, type AscendingRows, valueAt } from './isotonic-regression.ts';

/**
 * The map from score to probability over the cells of a partition. The isotonic regression is fitted on the rows themselves; the probability of
 * a cell is its mean over the cell's rows, so that the finer line is not lost. A cell without rows takes the line at its middle.
 *
 * Not fitted, the scores are taken as the probabilities that they say they are, cut to 0 and 1.
 *
 * @param rows rows of weight 0 are left out
 * @param bounds ascending
 */
export function fitCalibrationMap(rows: AscendingRows, bounds: readonly number[], isFitted: boolean): CalibrationMap {
  const line = isFitted ? fitIsotonic(rows) : undefined;
  const probabilityAt = (score: number): number => clip(line === undefined ? score : valueAt(line, score));
  const [least, greatest] = rangeOf(rows);
  // Where no row lies, scores are taken to stay within the range of all others.
  const middle = (index: number): number => Math.min(greatest, Math.max(least, middleOf(bounds, index)));
  const cells = bounds.length + 1;
  const sums = { chance: new Float64Array(cells), score: new Float64Array(cells), rows: new Float64Array(cells) };
  let cell = 0;
  for (let i = 0; i < rows.scores.length; i++) {
    const score = rows.scores[i]!;
    const weight = rows.weights[i]!;
    while (cell < bounds.length && bounds[cell]! < score) cell++;
    if (weight === 0) continue;
    sums.rows[cell]! += weight;
    sums.score[cell]! += weight * score;
    sums.chance[cell]! += weight * probabilityAt(score);
  }
  const meanOf = (total: Float64Array, index: number): number | undefined =>
    sums.rows[index]! > 0 ? total[index]! / sums.rows[index]! : undefined;
  const indexes = [...sums.rows.keys()];
  return {
    bounds,
    probabilities: indexes.map((index) => clip(meanOf(sums.chance, index) ?? probabilityAt(middle(index)))),
    meanScores: indexes.map((index) => meanOf(sums.score, index) ?? middle(index)),
    rows: [...sums.rows],
    isFitted,
  };
}

/** Least and greatest score of rows that count. */
function rangeOf({ scores, weights }: AscendingRows): readonly [least: number, greatest: number] {
  const first = weights.findIndex((weight) => weight > 0);
  const last = weights.findLastIndex((weight) => weight > 0);
  return first < 0 ? [-Infinity, Infinity] : [scores[first]!, scores[last]!];
}

/** Cell of a score: `(bounds[i - 1], bounds[i]]`. */
export function mapCellOf(bounds: readonly number[], score: number): number {
  return cellOf({ kind: 'edges', bounds }, score);
}

/** Middle of a cell; the bound itself for the first and the last. */
export function middleOf(bounds: readonly number[], index: number): number {
  if (bounds.length === 0) return 0;
  if (index === 0) return bounds[0]!;
  if (index >= bounds.length) return bounds[bounds.length - 1]!;
  return bounds[index - 1]! + (bounds[index]! - bounds[index - 1]!) / 2;
}

function clip(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
