import type { RankedRows } from './ranked-rows.ts';

/** Step-wise average precision, sum of (R_i - R_(i-1)) P_i over the distinct scores, as scikit-learn has it. */
export function averagePrecision({ groups, positives }: RankedRows): number {
  let sum = 0;
  let hits = 0;
  let taken = 0;
  for (let g = 0; g < groups.count; g++) {
    hits += groups.positives[g]!;
    taken += groups.positives[g]! + groups.negatives[g]!;
    if (groups.positives[g]! > 0) sum += (groups.positives[g]! * hits) / taken;
  }
  return sum / positives;
}

/** Largest |true-positive rate - false-positive rate| over all thresholds: Kolmogorov-Smirnov D between the scores of both classes. */
export function ksSeparation({ groups, positives, negatives }: RankedRows): number {
  let largest = 0;
  let hits = 0;
  let misses = 0;
  for (let g = 0; g < groups.count; g++) {
    hits += groups.positives[g]!;
    misses += groups.negatives[g]!;
    largest = Math.max(largest, Math.abs(hits / positives - misses / negatives));
  }
  return Math.min(1, largest);
}

/** The rows with the highest scores. */
export interface TopRows {
  readonly weight: number;
  readonly positives: number;
  /** Effective number of rows. */
  readonly nEff: number;
}

/**
 * The top `share` of the total weight. Of the tied scores at the cut, each row counts with the same part, so that the order of rows changes
 * nothing.
 */
export function takeTopRows({ groups, weights, positives, negatives }: RankedRows, share: number): TopRows {
  const wanted = share * (positives + negatives);
  const top = { weight: 0, positives: 0, squares: 0 };
  let row = 0;
  for (let g = 0; g < groups.count && top.weight < wanted; g++) {
    const weight = groups.positives[g]! + groups.negatives[g]!;
    const part = Math.min(1, (wanted - top.weight) / weight);
    top.weight += part * weight;
    top.positives += part * groups.positives[g]!;
    for (; row < groups.ends[g]!; row++) top.squares += part * weights[row]! ** 2;
  }
  return { weight: wanted, positives: top.positives, nEff: wanted ** 2 / top.squares };
}
