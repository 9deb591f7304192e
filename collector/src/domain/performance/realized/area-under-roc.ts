import type { Measurement } from '../metric.ts';
import { normalInterval, wilsonInterval } from './intervals.ts';
import type { RankedRows } from './ranked-rows.ts';

/** Two effective rows of a class, but for rounding: under these its spread is not known. */
const LEAST_ROWS = 2 - 1e-9;

/** A variance that is 0 but for rounding. */
const LEAST_VARIANCE = 1e-24;

/** The area, and per row how far the area moves with it. */
export interface AreaInfluence {
  readonly area: number;
  /** Of each row in order of rank: its structural component less the area, over the weight of its class. */
  readonly influence: Float64Array;
}

/**
 * Area under the ROC curve: the weighted share of pairs (positive, negative) in which the positive scores higher, ties counting half.
 * The structural components of DeLong, DeLong and Clarke-Pearson (1988) come from one walk over the tied groups, O(n) after
 * the sort (Sun and Xu 2014). Both classes must be present.
 */
export function areaUnderRoc({ groups, outcomes, positives, negatives }: RankedRows): AreaInfluence {
  const influence = new Float64Array(outcomes.length);
  let area = 0;
  let above = 0;
  let below = negatives;
  let row = 0;
  for (let g = 0; g < groups.count; g++) {
    const inPositives = groups.positives[g]!;
    const inNegatives = groups.negatives[g]!;
    below -= inNegatives;
    const ofPositive = Math.max(0, below + inNegatives / 2) / negatives;
    const ofNegative = (above + inPositives / 2) / positives;
    area += inNegatives * ofNegative;
    for (; row < groups.ends[g]!; row++) influence[row] = outcomes[row]! % 2 === 1 ? ofPositive : ofNegative;
    above += inPositives;
  }
  area /= negatives;
  for (let i = 0; i < influence.length; i++) {
    influence[i] = (influence[i]! - area) / (outcomes[i]! % 2 === 1 ? positives : negatives);
  }
  return { area, influence };
}

/**
 * DeLong's interval of an area: variance = sum over both classes of sum w^2 (component - area)^2 / (sum w)^2, times nEff / (nEff - 1). Where
 * that says nothing (under two effective rows of a class, or an area of 0 or 1), Wilson's interval for the smaller class, whose
 * variance A (1 - A) / min(m, n) is the largest that an area can have (Birnbaum and Klose 1957).
 */
export function delongInterval(ranked: RankedRows, { area, influence }: AreaInfluence): Measurement {
  const squares = [0, 0];
  const weightSquares = [0, 0];
  for (let i = 0; i < influence.length; i++) {
    const label = ranked.outcomes[i]! % 2;
    squares[label]! += (ranked.weights[i]! * influence[i]!) ** 2;
    weightSquares[label]! += ranked.weights[i]! ** 2;
  }
  const effective = [ranked.negatives, ranked.positives].map((weight, label) => weight ** 2 / weightSquares[label]!);
  const smaller = Math.min(...effective);
  const variance = squares.reduce((sum, square, label) => sum + square / (1 - 1 / effective[label]!), 0);
  return areaInterval(area, variance, smaller);
}

/**
 * The normal interval of an area, or of a mean of areas; Wilson's where the variance says nothing.
 *
 * @param smaller effective rows of the smallest class
 */
export function areaInterval(area: number, variance: number, smaller: number): Measurement {
  if (smaller < LEAST_ROWS || !(variance > LEAST_VARIANCE)) return wilsonInterval(area, smaller);
  return normalInterval(area, Math.sqrt(variance), { min: 0, max: 1 });
}
