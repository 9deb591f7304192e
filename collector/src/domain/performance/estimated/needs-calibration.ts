import { orderRows } from '../realized/order-rows.ts';
import { chiSquareSurvival } from '../../drift/significance/chi-square.ts';
import { createRandom } from '../../drift/significance/random.ts';
import { fitIsotonic, type AscendingRows, valueAt } from './isotonic-regression.ts';

const FOLDS = 10;
const BINS = 10;
const LEVEL = 0.05;
const SEED = 1;

/** Above this area the classes are all but parted, and a map has nothing to add. */
const PARTED = 0.999;

/**
 * Whether an isotonic map makes better probabilities of scores: the scores are not calibrated beyond chance (Hosmer and Lemeshow 1980, over 10 bins of
 * equal counts, at 5 %), and the map lowers the calibration error on rows that it was not fitted on (10 folds, pooled, the same bins). Never with one
 * class alone, nor with an area under the ROC curve above 0.999, as in NannyML; always where scores are no probabilities.
 *
 * The test is needed: what one fold lacks the others have, so that the errors of pooled predictions nearly cancel whatever a map is worth, and a
 * map of calibrated scores would only add its own error. Folds are stratified and always the same: the rows of each class are dealt out in
 * a seeded random order.
 */
export function needsCalibration(rows: AscendingRows): boolean {
  const { scores, labels, weights } = rows;
  const last = scores.length - 1;
  if (last < 0 || !hasBothClasses(rows)) return false;
  if (scores[0]! < 0 || scores[last]! > 1) return true;
  if (areaOf(rows) > PARTED) return false;
  if (calibrationPValue(rows) > LEVEL) return false;
  const foldOf = assignFolds(labels);
  const lines = Array.from({ length: FOLDS }, (_, fold) =>
    fitIsotonic({ scores, labels, weights: weights.map((weight, i) => (foldOf[i] === fold ? 0 : weight)) }),
  );
  const calibrated = scores.map((score, i) => valueAt(lines[foldOf[i]!]!, score));
  return calibrationErrorOf(calibrated, rows) < calibrationErrorOf(scores, rows);
}

/** Chance of bins as far from their mean scores as these, were the scores the probabilities of the labels. */
function calibrationPValue(rows: AscendingRows): number {
  const { scores, labels, weights } = rows;
  let statistic = 0;
  for (const bin of binsOf(scores)) {
    let [gap, variance] = [0, 0];
    for (const row of bin) {
      gap += weights[row]! * (labels[row]! - scores[row]!);
      variance += weights[row]! ** 2 * scores[row]! * (1 - scores[row]!);
    }
    statistic += gap ** 2 / Math.max(variance, Number.MIN_VALUE);
  }
  return chiSquareSurvival(statistic, BINS);
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

/** Mean distance of predictions and labels over bins of equal counts of the predictions, weighted by the bins' rows. */
function calibrationErrorOf(predictions: Float64Array, { labels, weights }: AscendingRows): number {
  let total = 0;
  let error = 0;
  for (const bin of binsOf(predictions)) {
    let gap = 0;
    for (const row of bin) {
      gap += weights[row]! * (predictions[row]! - labels[row]!);
      total += weights[row]!;
    }
    error += Math.abs(gap);
  }
  return error / total;
}

/** Rows in ten bins of equal counts by rising prediction. */
function binsOf(predictions: Float64Array): Uint32Array[] {
  const order = orderRows([predictions]);
  const edge = (bin: number): number => Math.round((bin * order.length) / BINS);
  return Array.from({ length: BINS }, (_, bin) => order.subarray(edge(bin), edge(bin + 1)));
}
