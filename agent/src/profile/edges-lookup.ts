import { countSmaller } from './edges.ts';

/** Slots of the table: four per bound keep most slots at one bound or none. */
const SLOTS_PER_BOUND = 16;
const MAX_SLOTS = 4096;
/** From so many bounds in one slot on, it is searched by bisection rather than one by one. */
const CROWDED = 8;

/** Finds the cell of a value in edges, always as `cellOf` does. */
export interface EdgesLookup {
  /** Adds 1 to `counts[cell]` for each of the first `length` values, which are finite. */
  countBlock(values: Float64Array, length: number, counts: Float64Array): void;
}

/**
 * Grid table over [b0, bk]: a value's slot tells how many bounds are smaller for certain; a few comparisons do the rest.
 *
 * It is exact although the slot is rounded, because the slot never falls as the value rises: a bound in a lower slot
 * than the value is smaller than the value.
 */
export function buildEdgesLookup(bounds: readonly number[]): EdgesLookup {
  const last = bounds.length;
  const sentinel = Float64Array.from([...bounds, Infinity]);
  const slots = Math.min(MAX_SLOTS, Math.max(1, last * SLOTS_PER_BOUND));
  const origin = last > 0 ? bounds[0]! : 0;
  const perUnit = last > 0 ? slots / (bounds[last - 1]! - origin) : 0;
  const slotOf = (value: number): number => {
    const slot = (value - origin) * perUnit;
    return slot >= slots ? slots - 1 : slot > 0 ? slot | 0 : 0;
  };
  const starts = tableOf(bounds, slots, slotOf);
  return {
    countBlock(values, length, counts) {
      for (let i = 0; i < length; i++) {
        const value = values[i] as number;
        const slot = (value - origin) * perUnit;
        let cell = starts[slot >= slots ? slots - 1 : slot > 0 ? slot | 0 : 0] as number;
        if (cell < 0) cell = countSmaller(sentinel, value, ~cell, last);
        else while ((sentinel[cell] as number) < value) cell++;
        (counts[cell] as number)++;
      }
    },
  };
}

/** Per slot the number of bounds in lower slots; for a crowded slot its bitwise complement. */
function tableOf(bounds: readonly number[], slots: number, slotOf: (value: number) => number): Int16Array {
  const perSlot = new Int32Array(slots);
  for (const bound of bounds) perSlot[slotOf(bound)]!++;
  const starts = new Int16Array(slots);
  let smaller = 0;
  for (const [slot, own] of perSlot.entries()) {
    starts[slot] = own > CROWDED ? ~smaller : smaller;
    smaller += own;
  }
  return starts;
}
