import { drawPoisson, type DrawUnits } from './poisson-draws.ts';
import { OUTCOMES, type RankedRows } from './ranked-rows.ts';

/** Cells that the rows of each class are put into at most, so that a bootstrap of many rows costs no more than one of some. */
const CELLS_PER_CLASS = 300;

/** Replicates of the metrics that have no closed interval; NaN where a replicate drew none of a class. */
export interface BinaryReplicates {
  readonly average_precision: Float64Array;
  readonly f1: Float64Array;
  readonly ks_separation: Float64Array;
  readonly ece: Float64Array;
  readonly recall_at_k: Float64Array;
  readonly lift: Float64Array;
}

/** Rows of one cell and outcome each, highest scores first. */
interface BinaryUnits extends DrawUnits {
  readonly outcomes: Uint8Array;
  /** Mean of (score - label) per unit. */
  readonly gaps: Float64Array;
  /** 1: last unit of a cell. */
  readonly endsCell: Uint8Array;
  /** 1: last unit of a band. */
  readonly endsBand: Uint8Array;
}

/**
 * Bootstrap of the ranking metrics, F1 and calibration error: one walk over the units per replicate gives them all.
 *
 * A cell is a run of tied groups of one band that ends once it has 1 / 300 of either class: up to 300 rows of each class every distinct score has a
 * cell of its own. Within a cell scores count as tied, which moves the value, not the spread that is wanted here.
 */
export function bootstrapBinary(
  ranked: RankedRows,
  bands: Uint8Array,
  options: { readonly topShare: number; readonly replicates: number; readonly seed: number },
): BinaryReplicates {
  const units = makeUnits(ranked, bands);
  const { replicates } = options;
  const result: BinaryReplicates = {
    average_precision: new Float64Array(replicates).fill(NaN),
    f1: new Float64Array(replicates).fill(NaN),
    ks_separation: new Float64Array(replicates).fill(NaN),
    ece: new Float64Array(replicates).fill(NaN),
    recall_at_k: new Float64Array(replicates).fill(NaN),
    lift: new Float64Array(replicates).fill(NaN),
  };
  drawPoisson(units, replicates, options.seed, (drawn, index) => {
    const sums = sumByOutcome(units.outcomes, drawn);
    const positives = sums[OUTCOMES.truePositive]! + sums[OUTCOMES.falseNegative]!;
    const negatives = sums[OUTCOMES.trueNegative]! + sums[OUTCOMES.falsePositive]!;
    const twice = 2 * sums[OUTCOMES.truePositive]!;
    result.f1[index] = twice / (twice + sums[OUTCOMES.falsePositive]! + sums[OUTCOMES.falseNegative]!);
    const total = positives + negatives;
    const walked = walkUnits(units, drawn, { positives, negatives, top: options.topShare * total });
    result.ece[index] = walked.gap / total;
    if (!(positives > 0 && negatives > 0)) return;
    result.average_precision[index] = walked.precisionSum / positives;
    result.ks_separation[index] = walked.separation;
    result.recall_at_k[index] = walked.topPositives / positives;
    result.lift[index] = walked.topPositives / positives / options.topShare;
  });
  return result;
}

function sumByOutcome(outcomes: Uint8Array, drawn: Float64Array): Float64Array {
  const sums = new Float64Array(4);
  for (let i = 0; i < outcomes.length; i++) sums[outcomes[i]!]! += drawn[i]!;
  return sums;
}

interface Walked {
  readonly precisionSum: number;
  readonly separation: number;
  readonly topPositives: number;
  /** Sum over the bands of |sum of (score - label)|. */
  readonly gap: number;
}

function walkUnits(
  { count, outcomes, gaps, endsCell, endsBand }: BinaryUnits,
  drawn: Float64Array,
  { positives, negatives, top }: { readonly positives: number; readonly negatives: number; readonly top: number },
): Walked {
  let hits = 0;
  let taken = 0;
  let hitsBefore = 0;
  let takenBefore = 0;
  let precisionSum = 0;
  let separation = 0;
  let topPositives = 0;
  let bandGap = 0;
  let gap = 0;
  for (let i = 0; i < count; i++) {
    const weight = drawn[i]!;
    taken += weight;
    if ((outcomes[i]! & 1) === 1) hits += weight;
    bandGap += weight * gaps[i]!;
    if (endsCell[i] === 0) continue;
    const inCell = hits - hitsBefore;
    if (inCell > 0) precisionSum += (inCell * hits) / taken;
    separation = Math.max(separation, Math.abs(hits / positives - (taken - hits) / negatives));
    if (takenBefore < top && taken > takenBefore) {
      topPositives += inCell * Math.min(1, (top - takenBefore) / (taken - takenBefore));
    }
    hitsBefore = hits;
    takenBefore = taken;
    if (endsBand[i] === 0) continue;
    gap += Math.abs(bandGap);
    bandGap = 0;
  }
  return { precisionSum, separation, topPositives, gap };
}

function makeUnits({ scores, outcomes, weights, groups }: RankedRows, bands: Uint8Array): BinaryUnits {
  const units = openUnits(scores.length);
  const ofClass = [0, 0];
  for (let i = 0; i < outcomes.length; i++) ofClass[outcomes[i]! & 1]!++;
  const most = ofClass.map((rows) => Math.max(1, Math.ceil(rows / CELLS_PER_CLASS)));
  // Per outcome: rows, sum of weights, of squared weights, of weighted gaps.
  const cell = new Float64Array(16);
  let row = 0;
  let count = 0;
  for (let g = 0; g < groups.count; g++) {
    for (; row < groups.ends[g]!; row++) {
      const outcome = outcomes[row]!;
      const weight = weights[row]!;
      cell[outcome]! += 1;
      cell[4 + outcome]! += weight;
      cell[8 + outcome]! += weight * weight;
      cell[12 + outcome]! += weight * (scores[row]! - (outcome & 1));
    }
    const endsBand = g + 1 === groups.count || bands[g + 1] !== bands[g];
    if (!endsBand && cell[0]! + cell[2]! < most[0]! && cell[1]! + cell[3]! < most[1]!) continue;
    for (let outcome = 0; outcome < 4; outcome++) {
      if (!(cell[4 + outcome]! > 0)) continue;
      units.outcomes[count] = outcome;
      units.rows[count] = cell[outcome]!;
      units.totals[count] = cell[4 + outcome]!;
      units.squares[count] = cell[8 + outcome]!;
      units.gaps[count] = cell[12 + outcome]! / cell[4 + outcome]!;
      count++;
    }
    if (count > 0) units.endsCell[count - 1] = 1;
    if (count > 0 && endsBand) units.endsBand[count - 1] = 1;
    cell.fill(0);
  }
  return closeUnits(units, count);
}

function openUnits(rows: number): Omit<BinaryUnits, 'count'> {
  return {
    rows: new Uint32Array(rows),
    totals: new Float64Array(rows),
    squares: new Float64Array(rows),
    outcomes: new Uint8Array(rows),
    gaps: new Float64Array(rows),
    endsCell: new Uint8Array(rows),
    endsBand: new Uint8Array(rows),
  };
}

function closeUnits(units: Omit<BinaryUnits, 'count'>, count: number): BinaryUnits {
  return {
    count,
    rows: units.rows.subarray(0, count),
    totals: units.totals.subarray(0, count),
    squares: units.squares.subarray(0, count),
    outcomes: units.outcomes.subarray(0, count),
    gaps: units.gaps.subarray(0, count),
    endsCell: units.endsCell.subarray(0, count),
    endsBand: units.endsBand.subarray(0, count),
  };
}
