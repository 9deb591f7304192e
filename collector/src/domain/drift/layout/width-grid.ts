import { type ElementType, nextDown } from '@prumo/agent/profile';

/** Cells of the grid on which NannyML takes Kolmogorov-Smirnov for 10,000 reference rows or more. */
export const GRID_CELLS = 10_000;

/** 10,000 equally wide `[a, b)` cells over the range of the reference: numpy's `linspace(least, greatest, 10001)`. */
export interface WidthGrid {
  /** Edge `index` (0 to 10,000) as the bound of `(a, b]` cells. */
  boundAt(index: number): number;
  /** Index of the cell that holds a value of the range. */
  cellOf(value: number): number;
}

/** The grid of a range; undefined where it has no width or is too wide for a double. */
export function createWidthGrid(least: number, greatest: number, elementType: ElementType): WidthGrid | undefined {
  const step = (greatest - least) / GRID_CELLS;
  if (!(step > 0) || !Number.isFinite(step)) return undefined;
  const boundAt = (index: number): number =>
    (index >= GRID_CELLS ? greatest : nextDown(index * step + least, elementType)) + 0;
  const cellOf = (value: number): number => {
    let index = Math.min(GRID_CELLS - 1, Math.max(0, Math.floor((value - least) / step)));
    // Division rounds: the bounds decide.
    while (index > 0 && value <= boundAt(index)) index--;
    while (index < GRID_CELLS - 1 && value > boundAt(index + 1)) index++;
    return index;
  };
  return { boundAt, cellOf };
}

/** Whether a bound of a layout is an edge of the grid. */
export function isOnGrid(grid: WidthGrid, bound: number): boolean {
  const cell = grid.cellOf(bound);
  return grid.boundAt(cell + 1) === bound || grid.boundAt(cell) === bound;
}
