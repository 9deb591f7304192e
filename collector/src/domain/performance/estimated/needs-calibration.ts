import { createRandom } from '../../drift/significance/random.ts';
import { fitIsotonic, type AscendingRows, valueAt } from './isotonic-regression.ts';

const FOLDS = 10;
const BINS = 10;
const SEED = 1;

/** Above this area the classes are all but parted, and a map has nothing to add. */
const PARTED = 0.999;

/**
 * Whether an isotonic map makes probabilities of scores better: it lowers the calibration error on rows that it was not fitted on (10 folds, 10
 * bins of equal counts, the mean over the folds). The folds are not pooled: what one fold lacks the others have, so that the errors of a pooled map
 * cancel whatever it is worth. Never with one class alone, nor with an area under the ROC curve above 0.999, as in
 * NannyML; always where scores are no probabilities.
 *
 * Folds are stratified and always the same: the rows of each class are dealt out in a seeded random order.
 */
export function needsCalibration(rows: AscendingRows): boolean {
  const { scores, labels, weights } = rows;
  const last = scores.length - 1;
  if (last < 0 || !hasBothClasses(rows)) return false;
  if (scores[0]! < 0 || scores[last]! > 1) return true;
  if (areaOf(rows) > PARTED) return false;
  const foldOf = assignFolds(labels);
  const gains: number[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const line = fitIsotonic({
      scores,
      labels,
      weights: weights.map((weight, i) => (foldOf[i] === fold ? 0 : weight)),
    });
    const held = [...foldOf.keys()].filter((row) => foldOf[row] === fold);
    const before = calibrationErrorOf(rows, held, (score) => score);
    gains.push(before - calibrationErrorOf(rows, held, (score) => valueAt(line, score)));
  }
  return isClear(gains);
}

/** Whether the mean is above 0 by more than its standard error (the rule of one standard error, Breiman et al. 1984): else the simpler one is kept. */
function isClear(gains: readonly number[]): boolean {
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  return mean > Math.sqrt(variance / gains.length);
}

function hasBothClasses({ labels, weights }: AscendingRows): boolean {
  const seen = [false, false];
  for (let i = 0; i < labels.length; i++) if (weights[i]! > 0) seen[labels[i]!] = true;
  return seen[0]! && seen[1]!;
}

/** The rows of each class are shuffled and dealt out: near scores must not be spread over the folds on purpose, or all folds would be alike. */
function assignFolds(labels: ArrayLike<number>): Uint8Array {
  const random = createRandom(SEED);
  const folds = new Uint8Array(labels.length);
  for (const label of [0, 1]) {
    const rows = Uint32Array.from(folds.keys()).filter((row) => labels[row] === label);
    for (let i = rows.length - 1; i >= 0; i--) {
      const other = Math.floor(random() * (i + 1));
      const row = rows[other]!;
      rows[other] = rows[i]!;
      folds[row] = i % FOLDS;
    }
  }
  return folds;
}

/** Area under the ROC curve, ties counted half. */
function areaOf({ scores, labels, weights }: AscendingRows): number {
  let area = 0;
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < scores.length;) {
    const tied = [0, 0];
    for (const score = scores[i]; i < scores.length && scores[i] === score; i++) tied[labels[i]!]! += weights[i]!;
    area += tied[1]! * (negatives + tied[0]! / 2);
    negatives += tied[0]!;
    positives += tied[1]!;
  }
  return area / (positives * negatives);
}

/** Mean distance of predictions and labels over bins of equal counts, weighted by the bins' rows. Rising lines keep the order of scores. */
function calibrationErrorOf(
  { scores, labels, weights }: AscendingRows,
  held: readonly number[],
  predict: (score: number) => number,
): number {
  let total = 0;
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    let gap = 0;
    const end = Math.round(((bin + 1) * held.length) / BINS);
    for (let place = Math.round((bin * held.length) / BINS); place < end; place++) {
      const row = held[place]!;
      gap += weights[row]! * (predict(scores[row]!) - labels[row]!);
      total += weights[row]!;
    }
    error += Math.abs(gap);
  }
  return total > 0 ? error / total : 0;
}
