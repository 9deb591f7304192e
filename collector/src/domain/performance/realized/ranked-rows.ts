import type { BinaryRows } from '../labeled-rows.ts';
import { orderRows } from './order-rows.ts';

/** What became of a row: `label + 2 decision`. */
export const OUTCOMES = { trueNegative: 0, falseNegative: 1, falsePositive: 2, truePositive: 3 } as const;

/** Binary rows by falling score, in one order however they came, with their groups of tied scores. */
export interface RankedRows {
  readonly scores: Float64Array;
  /** One of `OUTCOMES` per row. */
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array;
  readonly amounts?: Float64Array;
  readonly groups: TiedGroups;
  /** Weight of all positives and of all negatives. */
  readonly positives: number;
  readonly negatives: number;
}

/** Rows of the same score, highest score first. */
export interface TiedGroups {
  readonly count: number;
  /** Row after the last of each group. */
  readonly ends: Uint32Array;
  /** Weights per group. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** @param threshold scores from here on are decided positive, where rows bring no decisions */
export function rankRows(rows: BinaryRows, threshold: number): RankedRows {
  const { scores, labels, decisions } = rows;
  const outcomes = new Uint8Array(scores.length);
  for (let i = 0; i < outcomes.length; i++) {
    const isPositive = decisions === undefined ? scores[i]! >= threshold : decisions[i] === 1;
    outcomes[i] = labels[i]! + (isPositive ? 2 : 0);
  }
  const keys = [scores, outcomes, rows.weights];
  const order = orderRows(rows.amounts === undefined ? keys : [...keys, rows.amounts]).reverse();
  const rankedOutcomes = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++) rankedOutcomes[i] = outcomes[order[i]!]!;
  const ranked = {
    scores: take(scores, order),
    outcomes: rankedOutcomes,
    weights: take(rows.weights, order),
    ...(rows.amounts !== undefined && { amounts: take(rows.amounts, order) }),
  };
  const groups = groupTies(ranked);
  return { ...ranked, groups, positives: sum(groups.positives), negatives: sum(groups.negatives) };
}

function take(values: Float64Array, order: Uint32Array): Float64Array {
  const taken = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) taken[i] = values[order[i]!]!;
  return taken;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

function groupTies({ scores, outcomes, weights }: Omit<RankedRows, 'groups' | 'positives' | 'negatives'>): TiedGroups {
  const ends = new Uint32Array(scores.length);
  const positives = new Float64Array(scores.length);
  const negatives = new Float64Array(scores.length);
  let count = 0;
  for (let i = 0; i < scores.length; i++) {
    if (i > 0 && scores[i] !== scores[i - 1]) count++;
    (outcomes[i]! % 2 === 1 ? positives : negatives)[count]! += weights[i]!;
    ends[count] = i + 1;
  }
  if (scores.length > 0) count++;
  return {
    count,
    ends: ends.subarray(0, count),
    positives: positives.subarray(0, count),
    negatives: negatives.subarray(0, count),
  };
}
