import { fitIsotonic, type AscendingRows, valueAt } from './isotonic-regression.ts';

const FOLDS = 10;
const BINS = 10;

/** Above this area the classes are all but parted, and a map has nothing to add. */
const PARTED = 0.999;

/**
 * Whether an isotonic map makes probabilities of scores better: it lowers the calibration error on rows that it was not fitted on (10 folds, the
 * pooled held-out predictions, 10 bins of equal counts). Never with one class alone, nor with an area under the ROC curve above 0.999, as in
 * NannyML; always where scores are no probabilities.
 *
 * Folds are stratified and always the same: the rows of each class take turns by rank of score.
 */
export function needsCalibration(rows: AscendingRows): boolean {
  const { scores, labels, weights } = rows;
  const last = scores.length - 1;
  if (last < 0 || !hasBothClasses(rows)) return false;
  if (scores[0]! < 0 || scores[last]! > 1) return true;
  if (areaOf(rows) > PARTED) return false;
  const foldOf = assignFolds(labels);
  const calibrated = new Float64Array(scores.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const line = fitIsotonic({
      scores,
      labels,
      weights: weights.map((weight, i) => (foldOf[i] === fold ? 0 : weight)),
    });
    for (let i = 0; i < scores.length; i++) if (foldOf[i] === fold) calibrated[i] = valueAt(line, scores[i]!);
  }
  return calibrationErrorOf(calibrated, rows) < calibrationErrorOf(scores, rows);
}

function hasBothClasses({ labels, weights }: AscendingRows): boolean {
  const seen = [false, false];
  for (let i = 0; i < labels.length; i++) if (weights[i]! > 0) seen[labels[i]!] = true;
  return seen[0]! && seen[1]!;
}

/** Row i of each class goes to fold i modulo 10; `labels` are those of the rows by score. */
function assignFolds(labels: ArrayLike<number>): Uint8Array {
  const next = [0, 0];
  return Uint8Array.from(labels, (label) => next[label]!++ % FOLDS);
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

/** Mean distance of predictions and labels over bins of equal counts of the predictions, weighted by the bins' rows. */
function calibrationErrorOf(predictions: Float64Array, { labels, weights }: AscendingRows): number {
  const order = Uint32Array.from(predictions.keys()).sort((a, b) => predictions[a]! - predictions[b]! || a - b);
  let total = 0;
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    let gap = 0;
    const end = Math.round(((bin + 1) * order.length) / BINS);
    for (let place = Math.round((bin * order.length) / BINS); place < end; place++) {
      const row = order[place]!;
      gap += weights[row]! * (predictions[row]! - labels[row]!);
      total += weights[row]!;
    }
    error += Math.abs(gap);
  }
  return error / total;
}
