import type { TensorLike } from './tensor.ts';

/** Rows of one run that were predicted to be of one class. */
export interface ClassRows {
  /** -1 where the class is not known. */
  readonly slot: number;
  /** Of the first one among the arranged rows. */
  readonly start: number;
  readonly rows: number;
}

/** The rows of one run by predicted class. */
export class RowsByClass {
  /** In the order of their slots; those of no row are left out. */
  readonly groups: readonly ClassRows[];
  /** Where each row goes; undefined where all stay. */
  readonly #places: Uint32Array | undefined;

  /** @param slots those of the rows, from -1 to `size` - 1. */
  constructor(slots: Int32Array, size: number) {
    const count = slots.length;
    if (count === 1) {
      this.groups = [{ slot: slots[0]!, start: 0, rows: 1 }];
      return;
    }
    const next = new Uint32Array(size + 1);
    for (let row = 0; row < count; row++) next[slots[row]! + 1]!++;
    const groups: ClassRows[] = [];
    let start = 0;
    for (let i = 0; i <= size; i++) {
      const rows = next[i]!;
      next[i] = start;
      if (rows > 0) groups.push({ slot: i - 1, start, rows });
      start += rows;
    }
    this.groups = groups;
    if (groups.length < 2) return;
    const places = new Uint32Array(count);
    for (let row = 0; row < count; row++) places[row] = next[slots[row]! + 1]!++;
    this.#places = places;
  }

  /** The rows of a tensor in the order of the groups: a copy, or the data itself where they are so already. */
  arrange(data: TensorLike['data'], width: number): TensorLike['data'] {
    const places = this.#places;
    if (places === undefined) return data;
    // Elements are copied as they are, whatever their type.
    const from = data as Float32Array;
    const arranged = from.slice(0, places.length * width);
    for (let row = 0, at = 0; row < places.length; row++) {
      const to = places[row]! * width;
      for (let column = 0; column < width; column++) arranged[to + column] = from[at++]!;
    }
    return arranged;
  }
}
