import type { Bounded } from './kolmogorov-smirnov.ts';
import { sumOf } from './shares.ts';

/** Counts of one side in the cells of `bounds` (`bounds.length + 1` of them), and the mean of its values, NaN where unknown. */
export interface CellSample {
  readonly counts: ArrayLike<number>;
  readonly mean: number;
}

/** How {@link computeWasserstein} takes the values inside a cell. */
export interface WassersteinOptions {
  /** Values within the reference's range stand at the upper bounds of their cells, as where each distinct value has one. Default false. */
  readonly distinct?: boolean;
}

/**
 * Wasserstein-1 distance, the area between the two distribution functions (Vallender 1974), in the unit of the values.
 *
 * Inside a cell both functions are taken as straight lines, which is off by at most (w / 2)(r + c) (w: width; r, c: shares). The
 * difference of the means is the signed area between the functions, so it tells what the cells miss: where values lie
 * beyond the reference's range on one side, the area there; else an error of the cells, which is spread over them by their
 * uncertainty. With values beyond on both sides, the cells there are taken too, and of the rest only the least possible is known.
 *
 * @returns `bound`: twice the sum of (w / 2)(r + c) over the cells. NaN where either side has no rows, or there is no bound
 */
export function computeWasserstein(
  bounds: readonly number[],
  reference: CellSample,
  observed: CellSample,
  { distinct = false }: WassersteinOptions = {},
): Bounded {
  const referenceRows = sumOf(reference.counts);
  const observedRows = sumOf(observed.counts);
  if (!(referenceRows > 0) || !(observedRows > 0) || bounds.length === 0) return { value: NaN, bound: NaN };
  const [below, within, above] = [new Zone(false), new Zone(distinct), new Zone(false)];
  let seen = 0;
  let difference = 0;
  for (let i = 0; i <= bounds.length; i++) {
    const r = reference.counts[i]! / referenceRows;
    const c = observed.counts[i]! / observedRows;
    const zone = seen >= referenceRows ? above : seen === 0 && r === 0 ? below : within;
    // The outer cells have no width.
    const width = i === 0 || i === bounds.length ? 0 : bounds[i]! - bounds[i - 1]!;
    zone.add(width, difference, difference + c - r, r + c);
    seen += reference.counts[i]!;
    difference += c - r;
  }
  const meanDifference = reference.mean - observed.mean;
  const value = joinZones(below, within, above, Number.isFinite(meanDifference) ? meanDifference : undefined);
  return { value, bound: 2 * (below.uncertainty + within.uncertainty + above.uncertainty) };
}

/** The area of all zones, and what the signed area says of the rest. */
function joinZones(below: Zone, within: Zone, above: Zone, signed: number | undefined): number {
  if (below.share > 0 && above.share > 0) {
    const missed = (signed ?? NaN) - below.signed - within.signed - above.signed;
    return below.area + within.area + above.area + (Math.abs(missed) || 0);
  }
  if (signed === undefined) return below.area + within.area + above.area;
  const missed = signed - within.signed;
  // Below the reference the window's function is the greater one, above it the smaller one.
  const beyond = below.share > 0 ? Math.max(0, missed) : above.share > 0 ? Math.max(0, -missed) : 0;
  const error = missed - (below.share > 0 ? beyond : -beyond);
  return within.corrected(error) + beyond;
}

/** Cells below, within or above the range of the reference. */
class Zone {
  readonly #isStep: boolean;
  area = 0;
  signed = 0;
  /** Of both sides together. */
  share = 0;
  uncertainty = 0;
  #signedUncertainty = 0;

  constructor(isStep: boolean) {
    this.#isStep = isStep;
  }

  /** A cell over which the difference of the functions goes from one value to another. */
  add(width: number, from: number, to: number, share: number): void {
    this.share += share;
    if (this.#isStep) {
      this.area += Math.abs(from) * width;
      this.signed += from * width;
      return;
    }
    this.area += meanDistance(from, to) * width;
    this.signed += ((from + to) / 2) * width;
    this.uncertainty += (width / 2) * share;
    this.#signedUncertainty += Math.sign(from + to) * (width / 2) * share;
  }

  /** The area after an error of the signed area is spread over the cells. */
  corrected(error: number): number {
    if (!(this.uncertainty > 0)) return this.area;
    const spread = Math.max(-1, Math.min(1, error / this.uncertainty));
    return Math.max(0, this.area + spread * this.#signedUncertainty);
  }
}

/** Mean of |difference| along a straight line from `from` to `to`. */
function meanDistance(from: number, to: number): number {
  const ends = Math.abs(from) + Math.abs(to);
  if (from * to >= 0) return ends / 2;
  return (from * from + to * to) / (2 * ends);
}
