import type { Random } from '../../collector/src/domain/drift/significance/random.ts';
import { drawOverdispersed } from './samplers.ts';

/** A field of the simulated model: true shares of its decision cells, and how they swing over day and week. */
export interface SimulatedField {
  readonly shares: Float64Array;
  /** Direction of the swing, per cell: mean 0 under the shares. */
  readonly tilt: Float64Array;
  /** Hour of the day (0 to 24) at which the swing is greatest. */
  readonly peakHour: number;
}

/** What the simulated rows are like. */
export interface Behavior {
  readonly name: string;
  /** Variances of counts over those of independent rows, in windows and in chunks of the reference alike. */
  readonly overdispersion: number;
  /** Amplitude of the daily and of the weekly cycle of shares, in relative terms; 0.1 swings PSI by about 0.01. */
  readonly cycle: number;
}

/** Every field shares this part of its swing's phase: fields of one model move together. */
const PEAK_SPREAD_HOURS = 6;

/** 30 fields: 18 numeric (deciles, out-of-range and missing cells), 12 categorical with rare and empty cells, one of them constant. */
export function createFields(referenceRows: number, random: Random): SimulatedField[] {
  const numeric = Array.from({ length: 18 }, (_, k) => {
    // Beyond the smallest and the largest of m reference rows lies about 1 / m of the population.
    const missing = [0, 0.0005, 0.01, 0.2][k % 4]!;
    return [1 / referenceRows, ...new Array<number>(10).fill(0.1), 1 / referenceRows, missing];
  });
  const categorical = Array.from({ length: 11 }, (_, k) => {
    const categories = [2, 3, 5, 8, 12, 20, 40, 2, 4, 10, 30][k]!;
    const exponent = k % 2 === 0 ? 1 : 2;
    return [
      ...Array.from({ length: categories }, (_unused, rank) => (rank + 1) ** -exponent),
      0.0002,
      k % 3 === 0 ? 0.002 : 0,
    ];
  });
  const constant = [1, 0.0001, 0.0001];
  return [...numeric, ...categorical, constant].map((weights) => createField(weights, random));
}

function createField(weights: readonly number[], random: Random): SimulatedField {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = Float64Array.from(weights, (weight) => weight / total);
  const raw = shares.map((_, k) => k / Math.max(1, shares.length - 1));
  const mean = raw.reduce((sum, value, k) => sum + value * shares[k]!, 0);
  const spread = Math.sqrt(raw.reduce((sum, value, k) => sum + (value - mean) ** 2 * shares[k]!, 0)) || 1;
  return {
    shares,
    tilt: raw.map((value) => Math.min(3, Math.max(-3, (value - mean) / spread))),
    peakHour: PEAK_SPREAD_HOURS * random(),
  };
}

/** Shares of a field at an hour of the week (0 to 168), swung by the cycles. */
export function sharesAt(field: SimulatedField, hour: number, { cycle }: Behavior): Float64Array {
  if (cycle === 0) return field.shares;
  const daily = Math.cos((2 * Math.PI * (hour - field.peakHour)) / 24);
  const weekly = Math.cos((2 * Math.PI * (hour - field.peakHour)) / 168);
  return tiltShares(field, cycle * (daily + weekly));
}

/** Shares moved along the tilt; PSI against the field's own shares is about `amount` squared. */
export function tiltShares({ shares, tilt }: SimulatedField, amount: number): Float64Array {
  const moved = shares.map((share, k) => share * Math.exp(amount * tilt[k]!));
  const total = moved.reduce((sum, share) => sum + share, 0);
  return moved.map((share) => share / total);
}

/** Counts of `rows` rows that arrived evenly over `[fromHour, toHour)` of the week. */
export function drawCounts(
  field: SimulatedField,
  rows: number,
  [fromHour, toHour]: readonly [number, number],
  behavior: Behavior,
  random: Random,
): Float64Array {
  return drawOverdispersed(rows, meanShares(field, fromHour, toHour, behavior), behavior.overdispersion, random);
}

/** Mean of the shares over some hours, sampled at most every hour and 24 times a day at least. */
export function meanShares(field: SimulatedField, fromHour: number, toHour: number, behavior: Behavior): Float64Array {
  if (behavior.cycle === 0) return field.shares;
  const steps = Math.max(1, Math.round(toHour - fromHour));
  const mean = new Float64Array(field.shares.length);
  for (let step = 0; step < steps; step++) {
    const shares = sharesAt(field, fromHour + ((step + 0.5) * (toHour - fromHour)) / steps, behavior);
    for (let k = 0; k < mean.length; k++) mean[k]! += shares[k]! / steps;
  }
  return mean;
}
