import { countSmaller } from './edges.ts';
import { orderedBits } from './float-bits.ts';
import type { EdgesLayout } from './layout.ts';
import type { EdgesHistogram } from './profile.ts';

/** With 32 slots per bound few slots hold more than one. */
const SLOTS_PER_BOUND = 32;
const MAX_SLOTS = 4096;
/** From so many bounds in one slot on, it is searched by bisection rather than one by one. */
const CROWDED = 4;

/**
 * Counts finite values per cell of an edges layout, always in the cell that `cellOf` gives.
 *
 * A grid over [b0, bk] says how many bounds are smaller than a value for certain; a few comparisons do the rest. It is
 * exact although the slot is rounded, because the slot never falls as the value rises: a bound in a lower slot than the
 * value is smaller than the value. Where bounds span many orders of magnitude, the grid is laid over the bits of the
 * numbers instead, which rise with the value too, about as its logarithm.
 */
export class EdgesCounter {
  readonly #layout: EdgesLayout;
  readonly #bounds: Float64Array;
  readonly #grid: Grid;
  readonly #starts: Int16Array;
  readonly #counts: Float64Array;

  constructor(layout: EdgesLayout) {
    this.#layout = layout;
    this.#counts = new Float64Array(layout.bounds.length + 1);
    ({ bounds: this.#bounds, grid: this.#grid, starts: this.#starts } = lookupOf(layout.bounds));
  }

  /** Counts one finite value. */
  count(value: number): void {
    let cell = this.#starts[this.#grid.slotOf(value)] as number;
    if (cell < 0) cell = countSmaller(this.#bounds, value, ~cell, this.#bounds.length - 1);
    else while ((this.#bounds[cell] as number) < value) cell++;
    (this.#counts[cell] as number)++;
  }

  snapshot(): EdgesHistogram {
    return { layout: this.#layout, counts: this.#counts.slice() };
  }

  reset(): void {
    this.#counts.fill(0);
  }
}

/** What finds the cell of a value; it depends on the bounds alone. */
interface Lookup {
  /** The bounds, and infinity to stop at. */
  readonly bounds: Float64Array;
  readonly grid: Grid;
  /** Per slot the number of bounds in lower slots; for a crowded slot its bitwise complement. */
  readonly starts: Int16Array;
}

/** A layout is counted in once per segment and session: its lookup, the larger part of the memory, is shared. */
const lookups = new WeakMap<readonly number[], Lookup>();

function lookupOf(bounds: readonly number[]): Lookup {
  const lookup = lookups.get(bounds) ?? createLookup(bounds);
  lookups.set(bounds, lookup);
  return lookup;
}

function createLookup(bounds: readonly number[]): Lookup {
  const grids = [new Grid(bounds, false), new Grid(bounds, true)] as const;
  const [byValue, byBits] = grids.map((grid) => grid.countPerSlot(bounds)) as [Int16Array, Int16Array];
  const isSpread = comparisons(byValue) <= comparisons(byBits);
  return {
    bounds: Float64Array.of(...bounds, Infinity),
    grid: isSpread ? grids[0] : grids[1],
    starts: startsOf(isSpread ? byValue : byBits),
  };
}

/** Numbers slots in such a way that a greater value never has a lower slot. */
class Grid {
  readonly #isOverBits: boolean;
  readonly #origin: number;
  readonly #slotsPerUnit: number;
  readonly #lastSlot: number;

  constructor(bounds: readonly number[], isOverBits: boolean) {
    const [low, high] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
    const slots = Math.min(MAX_SLOTS, Math.max(1, bounds.length * SLOTS_PER_BOUND));
    this.#isOverBits = isOverBits;
    this.#origin = isOverBits ? orderedBits(low) : low;
    this.#slotsPerUnit = slots / ((isOverBits ? orderedBits(high) : high) - this.#origin);
    this.#lastSlot = slots - 1;
  }

  slotOf(value: number): number {
    const slot = ((this.#isOverBits ? orderedBits(value) : value) - this.#origin) * this.#slotsPerUnit;
    // Also 0 for NaN (0 times infinity), which only the origin itself gives.
    return slot >= this.#lastSlot ? this.#lastSlot : slot > 0 ? slot | 0 : 0;
  }

  countPerSlot(bounds: readonly number[]): Int16Array {
    const counts = new Int16Array(this.#lastSlot + 1);
    for (const bound of bounds) counts[this.slotOf(bound)]!++;
    return counts;
  }
}

/** How many comparisons finding each of the bounds takes, one by one. */
function comparisons(perSlot: Int16Array): number {
  return perSlot.reduce((sum, own) => sum + own * own, 0);
}

function startsOf(perSlot: Int16Array): Int16Array {
  let smaller = 0;
  return perSlot.map((own) => {
    const start = own > CROWDED ? ~smaller : smaller;
    smaller += own;
    return start;
  });
}
