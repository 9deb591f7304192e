import { LayoutError } from './layout-error.ts';
import type { EdgesLayout } from './layout.ts';

/** Most bounds of an edges layout. */
export const MAX_BOUNDS = 4096;

/**
 * Refuses bounds that are not a strictly increasing list of at most 4096 finite numbers. An empty list is one cell.
 *
 * @throws LayoutError `not-finite`, `not-increasing` or `too-many-bounds`.
 */
export function validateEdges(bounds: readonly number[]): void {
  if (bounds.length > MAX_BOUNDS) {
    throw new LayoutError('too-many-bounds', `${bounds.length} bounds; at most ${MAX_BOUNDS} are allowed`);
  }
  let previous = -Infinity;
  for (const [i, bound] of bounds.entries()) {
    if (!Number.isFinite(bound)) throw new LayoutError('not-finite', `bound ${i} is ${bound}; bounds are finite`);
    if (bound <= previous) {
      throw new LayoutError('not-increasing', `bound ${i} (${bound}) is not greater than the one before (${previous})`);
    }
    previous = bound;
  }
}

/**
 * Cell of a value: how many bounds are smaller than it, by binary search. Cells are `(a, b]`; -inf falls into the
 * underflow, +inf into the overflow. NaN has no cell: -1.
 */
export function cellOf(layout: EdgesLayout, value: number): number {
  return Number.isNaN(value) ? -1 : countSmaller(layout.bounds, value, 0, layout.bounds.length);
}

/** How many bounds are smaller than the value, known to lie between `low` and `high`. */
export function countSmaller(bounds: ArrayLike<number>, value: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
