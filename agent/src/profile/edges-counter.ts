import { countSmaller } from './edges.ts';
import type { EdgesLayout } from './layout.ts';
import type { EdgesHistogram } from './profile.ts';

/** With 16 slots per bound few slots hold more than one. */
const SLOTS_PER_BOUND = 16;
const MAX_SLOTS = 4096;
/** From so many bounds in one slot on, it is searched by bisection rather than one by one. */
const CROWDED = 4;

/**
 * Counts finite values per cell of an edges layout, always in the cell that `cellOf` gives.
 *
 * A grid over [b0, bk] says how many bounds are smaller than a value for certain; a few comparisons do the rest. It is
 * exact although the slot is rounded, because the slot never falls as the value rises: a bound in a lower slot than the
 * value is smaller than the value.
 */
export class EdgesCounter {
  readonly #layout: EdgesLayout;
  /** The bounds, and infinity to stop at. */
  readonly #bounds: Float64Array;
  readonly #origin: number;
  readonly #slotsPerUnit: number;
  readonly #lastSlot: number;
  /** Per slot the number of bounds in lower slots; for a crowded slot its bitwise complement. */
  readonly #starts: Int16Array;
  readonly #counts: Float64Array;

  constructor(layout: EdgesLayout) {
    const { bounds } = layout;
    const slots = Math.min(MAX_SLOTS, Math.max(1, bounds.length * SLOTS_PER_BOUND));
    this.#layout = layout;
    this.#bounds = Float64Array.of(...bounds, Infinity);
    this.#origin = bounds[0] ?? 0;
    this.#slotsPerUnit = slots / ((bounds.at(-1) ?? 0) - this.#origin);
    this.#lastSlot = slots - 1;
    this.#starts = new Int16Array(slots);
    this.#counts = new Float64Array(bounds.length + 1);
    this.#fillStarts();
  }

  #fillStarts(): void {
    const inSlot = new Int16Array(this.#starts.length);
    for (const bound of this.#layout.bounds) inSlot[this.#slotOf(bound)]!++;
    let smaller = 0;
    for (const [slot, own] of inSlot.entries()) {
      this.#starts[slot] = own > CROWDED ? ~smaller : smaller;
      smaller += own;
    }
  }

  #slotOf(value: number): number {
    const slot = (value - this.#origin) * this.#slotsPerUnit;
    // Also 0 for NaN (0 times infinity), which only the origin itself gives.
    return slot >= this.#lastSlot ? this.#lastSlot : slot > 0 ? slot | 0 : 0;
  }

  /** Counts one finite value. */
  count(value: number): void {
    let cell = this.#starts[this.#slotOf(value)] as number;
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
