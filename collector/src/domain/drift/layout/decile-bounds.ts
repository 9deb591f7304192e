import { type ElementType, nextDown } from '@prumo/agent/profile';
import { quantileOf } from './quantile.ts';

/** Fewer cells of the deciles than this are too coarse to see a change: values that hold a decile get cells of their own. */
const LEAST_CELLS = 5;

/**
 * Bounds of the decision cells: the inner deciles as `[a, b)` edges between the two ends of the range.
 *
 * Equal deciles are one. Where ties leave fewer than 5 cells (a flag, a count that is mostly 0), each decile becomes the upper
 * bound of a cell as well, so that a value holding a tenth of the rows or more stands alone.
 *
 * @param sorted at least one finite number of the element type, ascending
 */
export function chooseDecileBounds(sorted: Float64Array, elementType: ElementType): number[] {
  const greatest = sorted[sorted.length - 1]!;
  const ends = [nextDown(sorted[0]!, elementType), greatest];
  const deciles = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => quantileOf(sorted, tenth / 10));
  const bounds = sortUnique([...ends, ...deciles.map((decile) => nextDown(decile, elementType))]);
  if (bounds.length > LEAST_CELLS) return bounds;
  return sortUnique([...bounds, ...deciles]);
}

/** Finite numbers ascending, each once; -0 is 0. */
export function sortUnique(numbers: Iterable<number>): number[] {
  const ascending = Float64Array.from(numbers).sort();
  const unique: number[] = [];
  for (const number of ascending) {
    if (Number.isFinite(number) && number !== unique[unique.length - 1]) unique.push(number + 0);
  }
  return unique;
}
