import type { ScoredCells } from './scored-cells.ts';
import type { Sensitivity } from './sensitivity.ts';

/** Where scikit-learn clips probabilities in the log loss: the epsilon of a double. */
const EPSILON = 2 ** -52;

/** Metrics that are means over rows of what a score says. */
export interface ScoreSensitivities {
  readonly mean_score: Sensitivity;
  readonly log_loss?: Sensitivity;
  readonly brier?: Sensitivity;
}

/**
 * Mean score, log loss and Brier score, every row of a cell taken at the reference's mean score of that cell: how scores spread inside a cell is
 * left out. The losses need scores that are probabilities.
 */
export function scoreSensitivities(cells: ScoredCells, meanScores: readonly number[]): ScoreSensitivities {
  const mean_score = meanOver(cells, (cell) => [meanScores[cell]!, meanScores[cell]!]);
  if (!meanScores.every((score) => score >= 0 && score <= 1)) return { mean_score };
  return {
    mean_score,
    log_loss: meanOver(cells, (cell) => [lossOf(meanScores[cell]!), lossOf(1 - meanScores[cell]!)]),
    brier: meanOver(cells, (cell) => [(1 - meanScores[cell]!) ** 2, meanScores[cell]! ** 2]),
  };
}

/** Log loss of a row whose true class had this probability. */
export function lossOf(probability: number): number {
  return -Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, probability)));
}

function meanOver(
  { positives, negatives, totalPositives, totalNegatives }: ScoredCells,
  valuesOf: (cell: number) => readonly [ofPositive: number, ofNegative: number],
): Sensitivity {
  const weight = totalPositives + totalNegatives;
  const byPositives = new Float64Array(positives.length);
  const byNegatives = new Float64Array(positives.length);
  let sum = 0;
  for (let cell = 0; cell < positives.length; cell++) {
    const [ofPositive, ofNegative] = valuesOf(cell);
    sum += positives[cell]! * ofPositive + negatives[cell]! * ofNegative;
    byPositives[cell] = ofPositive;
    byNegatives[cell] = ofNegative;
  }
  const value = sum / weight;
  return {
    value,
    byPositives: byPositives.map((own) => (own - value) / weight),
    byNegatives: byNegatives.map((own) => (own - value) / weight),
  };
}
