import type { ScoredCells } from './scored-cells.ts';

/** A metric, and how it moves with one more row of weight 1 in a cell: its derivatives by the cell's positives and negatives. */
export interface Sensitivity {
  readonly value: number;
  readonly byPositives: Float64Array;
  readonly byNegatives: Float64Array;
}

/** What a standard error holds. */
export interface ErrorSources {
  /** The window's scores too are a sample; without, they are the rows themselves, and only their labels are unknown. */
  readonly scores: boolean;
  /** The map comes from a sample. */
  readonly map: boolean;
}

/**
 * Standard error of an estimate as a forecast of the realized metric, by the delta method: the rows' labels are drawn with the map's
 * probabilities, those come from a sample, and (where asked for) the rows are a sample too.
 */
export function standardErrorOf(cells: ScoredCells, metric: Sensitivity, { scores, map }: ErrorSources): number {
  const { positives, negatives, labelVariance, mapVariance, weightOfRow } = cells;
  let rowVariance = 0;
  let mapError = 0;
  let mean = 0;
  let weight = 0;
  for (let i = 0; i < positives.length; i++) {
    const rows = positives[i]! + negatives[i]!;
    if (rows === 0) continue;
    const gap = metric.byPositives[i]! - metric.byNegatives[i]!;
    rowVariance += rows * labelVariance[i]! * gap * gap;
    if (map) mapError += mapVariance[i]! * (rows * gap) ** 2;
    mean += positives[i]! * metric.byPositives[i]! + negatives[i]! * metric.byNegatives[i]!;
    weight += rows;
  }
  if (scores && weight > 0) {
    mean /= weight;
    for (let i = 0; i < positives.length; i++) {
      const rows = positives[i]! + negatives[i]!;
      if (rows === 0) continue;
      const here = (positives[i]! * metric.byPositives[i]! + negatives[i]! * metric.byNegatives[i]!) / rows;
      rowVariance += rows * (here - mean) ** 2;
    }
  }
  return Math.sqrt(rowVariance * weightOfRow + mapError);
}

/** A multiple of a metric, and something more. */
export function scaleSensitivity(metric: Sensitivity, factor: number, offset = 0): Sensitivity {
  return {
    value: factor * metric.value + offset,
    byPositives: metric.byPositives.map((slope) => factor * slope),
    byNegatives: metric.byNegatives.map((slope) => factor * slope),
  };
}
