import type { CalibrationMap } from '../performance-reference.ts';

/** Rows of a window by cell of a calibration map, lowest scores first, with how sure each cell's probability is. */
export interface ScoredCells {
  /** Weighted rows that are expected to be positive, and negative. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  /** Variance of one row's label. */
  readonly labelVariance: Float64Array;
  /** Variance of the cell's probability itself: the map comes from a sample too. */
  readonly mapVariance: Float64Array;
  /** Sums over the cells. */
  readonly totalPositives: number;
  readonly totalNegatives: number;
  /** Weighted rows per effective row. */
  readonly weightOfRow: number;
}

/**
 * Splits the rows of each cell by its probability.
 *
 * Variances are taken at (p n + 1/2) / (n + 1), n the cell's reference rows, so that a cell whose few rows had one label is not held for
 * certain.
 */
export function splitCells(map: CalibrationMap, counts: ArrayLike<number>, nEff: number): ScoredCells {
  const cells = map.probabilities.length;
  const positives = new Float64Array(cells);
  const negatives = new Float64Array(cells);
  const labelVariance = new Float64Array(cells);
  const mapVariance = new Float64Array(cells);
  let totalPositives = 0;
  let totalNegatives = 0;
  for (let i = 0; i < cells; i++) {
    const rows = map.rows[i]!;
    const probability = map.probabilities[i]!;
    positives[i] = (counts[i] ?? 0) * probability;
    negatives[i] = (counts[i] ?? 0) * (1 - probability);
    totalPositives += positives[i]!;
    totalNegatives += negatives[i]!;
    const drawn = (probability * rows + 0.5) / (rows + 1);
    labelVariance[i] = drawn * (1 - drawn);
    mapVariance[i] = labelVariance[i]! / Math.max(1, rows);
  }
  const weight = totalPositives + totalNegatives;
  const weightOfRow = nEff > 0 ? weight / nEff : 1;
  return { positives, negatives, labelVariance, mapVariance, totalPositives, totalNegatives, weightOfRow };
}
