import { digamma } from './digamma.ts';
import type { ScoredCells } from './scored-cells.ts';
import type { Sensitivity } from './sensitivity.ts';

function emptySlopes(cells: ScoredCells): Pick<Sensitivity, 'byPositives' | 'byNegatives'> {
  const { length } = cells.positives;
  return { byPositives: new Float64Array(length), byNegatives: new Float64Array(length) };
}

/** Area under the ROC curve, a straight line inside each cell: P(positive above negative), ties half. Needs both classes. */
export function areaSensitivity(cells: ScoredCells): Sensitivity {
  const { positives, negatives, totalPositives, totalNegatives } = cells;
  const slopes = emptySlopes(cells);
  const pairs = totalPositives * totalNegatives;
  let won = 0;
  let above = 0;
  let below = totalNegatives;
  for (let i = positives.length - 1; i >= 0; i--) {
    below -= negatives[i]!;
    won += negatives[i]! * (above + positives[i]! / 2);
    slopes.byPositives[i] = (below + negatives[i]! / 2) / pairs;
    slopes.byNegatives[i] = (above + positives[i]! / 2) / pairs;
    above += positives[i]!;
  }
  const value = won / pairs;
  for (let i = 0; i < positives.length; i++) {
    slopes.byPositives[i]! -= value / totalPositives;
    slopes.byNegatives[i]! -= value / totalNegatives;
  }
  return { value, ...slopes };
}

/** Largest distance of true-positive and false-positive rate over the cells' bounds. Needs both classes. */
export function separationSensitivity(cells: ScoredCells): Sensitivity {
  const { positives, negatives, totalPositives, totalNegatives } = cells;
  let best = { cell: positives.length, tpr: 0, fpr: 0 };
  let [tpr, fpr] = [0, 0];
  for (let i = positives.length - 1; i >= 0; i--) {
    tpr += positives[i]! / totalPositives;
    fpr += negatives[i]! / totalNegatives;
    if (Math.abs(tpr - fpr) > Math.abs(best.tpr - best.fpr)) best = { cell: i, tpr, fpr };
  }
  const sign = best.tpr >= best.fpr ? 1 : -1;
  const slopes = emptySlopes(cells);
  for (let i = 0; i < positives.length; i++) {
    const isAbove = i >= best.cell ? 1 : 0;
    slopes.byPositives[i] = (sign * (isAbove - best.tpr)) / totalPositives;
    slopes.byNegatives[i] = (-sign * (isAbove - best.fpr)) / totalNegatives;
  }
  return { value: Math.min(1, Math.abs(best.tpr - best.fpr)), ...slopes };
}

/**
 * Average precision, the sum of precision over the ranks of a cell in closed form. n rows of probability p below N rows with T positives:
 * sum over j of (T + j p) / (N + j) p = p [n p + (T - p N) (psi(N + n + 1) - psi(N + 1))]. Slopes are those of the curve at the middle of each
 * cell.
 */
export function averagePrecisionSensitivity(cells: ScoredCells): Sensitivity {
  const { positives, negatives, totalPositives } = cells;
  const slopes = emptySlopes(cells);
  const byRank = new Float64Array(positives.length);
  let sum = 0;
  let [hits, taken] = [0, 0];
  for (let i = positives.length - 1; i >= 0; i--) {
    const rows = positives[i]! + negatives[i]!;
    if (rows === 0) continue;
    const p = positives[i]! / rows;
    sum += p * (rows * p + (hits - p * taken) * (digamma(taken + rows + 1) - digamma(taken + 1)));
    const [middleHits, middleTaken] = [hits + positives[i]! / 2, taken + rows / 2];
    slopes.byPositives[i] = middleHits / middleTaken;
    // What one more row above costs the positives of this cell: precision falls by T / N^2, and a positive gives 1 / N back.
    byRank[i] = (positives[i]! * middleHits) / middleTaken ** 2;
    slopes.byNegatives[i] = positives[i]! / middleTaken;
    hits += positives[i]!;
    taken += rows;
  }
  const value = sum / totalPositives;
  let [lost, gained] = [0, 0];
  for (let i = 0; i < positives.length; i++) {
    const own = slopes.byNegatives[i]!;
    const lostHere = lost + byRank[i]! / 2;
    const gainedHere = gained + own / 2;
    lost += byRank[i]!;
    gained += own;
    slopes.byPositives[i] = (slopes.byPositives[i]! + gainedHere - lostHere - value) / totalPositives;
    slopes.byNegatives[i] = -lostHere / totalPositives;
  }
  return { value: Math.min(1, value), ...slopes };
}

/** Positives among the rows with the highest scores; the cell at the cut counts in proportion. */
export interface TopSensitivities {
  readonly precision: Sensitivity;
  readonly recall: Sensitivity;
  readonly lift: Sensitivity;
}

/** Precision, recall and lift of the top share of the rows. Needs positives. */
export function topSensitivities(cells: ScoredCells, share: number): TopSensitivities {
  const { positives, negatives, totalPositives, totalNegatives } = cells;
  const total = totalPositives + totalNegatives;
  let left = share * total;
  let hits = 0;
  let cut = positives.length - 1;
  for (; cut > 0 && positives[cut]! + negatives[cut]! <= left; cut--) {
    hits += positives[cut]!;
    left -= positives[cut]! + negatives[cut]!;
  }
  const rows = positives[cut]! + negatives[cut]!;
  const p = rows > 0 ? positives[cut]! / rows : 0;
  hits += left * p;
  const precision = emptySlopes(cells);
  const recall = emptySlopes(cells);
  for (let i = 0; i < positives.length; i++) {
    // One more row moves the cut: a row above it pushes others below, and the top itself grows by the share.
    const [byPositive, byNegative] = slopesOfHits({ i, cut, share, p, left, rows });
    precision.byPositives[i] = (byPositive - hits / total) / (share * total);
    precision.byNegatives[i] = (byNegative - hits / total) / (share * total);
    recall.byPositives[i] = (byPositive - hits / totalPositives) / totalPositives;
    recall.byNegatives[i] = byNegative / totalPositives;
  }
  const recallValue = Math.min(1, hits / totalPositives);
  const lift = {
    value: recallValue / share,
    byPositives: recall.byPositives.map((slope) => slope / share),
    byNegatives: recall.byNegatives.map((slope) => slope / share),
  };
  return {
    precision: { value: Math.min(1, hits / (share * total)), ...precision },
    recall: { value: recallValue, ...recall },
    lift,
  };
}

interface TopCell {
  readonly i: number;
  readonly cut: number;
  readonly share: number;
  /** Probability of the cell at the cut, its rows, and how many of them are in the top. */
  readonly p: number;
  readonly left: number;
  readonly rows: number;
}

/** How the positives in the top move with one more positive, or negative, in cell i. */
function slopesOfHits({ i, cut, share, p, left, rows }: TopCell): [byPositive: number, byNegative: number] {
  const grown = share * p;
  if (i > cut) return [1 - p + grown, grown - p];
  if (i < cut || rows === 0) return [grown, grown];
  return [grown + (left * (1 - p)) / rows, grown - (left * p) / rows];
}
