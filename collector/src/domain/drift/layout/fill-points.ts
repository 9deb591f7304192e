import { type ElementType, nextDown } from '@prumo/agent/profile';
import { createWidthGrid, GRID_CELLS, type WidthGrid } from './width-grid.ts';

/** Share of the points that are equally wide apart. */
const WIDTH_SHARE = 1 / 4;

/**
 * Points that make a layout fine enough for Kolmogorov-Smirnov and Wasserstein: some equally wide apart, then always one more in the cell
 * that holds the most rows, near its median.
 *
 * They lie on a grid of 10,000 equally wide cells, so that NannyML's Kolmogorov-Smirnov is taken where NannyML takes it; only a cell
 * inside one cell of the grid is cut at the values themselves.
 *
 * @param sorted at least one finite number of the element type, ascending
 * @param bounds what the layout has already, ascending
 */
export function chooseFillPoints(
  sorted: Float64Array,
  elementType: ElementType,
  bounds: readonly number[],
  count: number,
): number[] {
  const grid = createWidthGrid(sorted[0]!, sorted[sorted.length - 1]!, elementType);
  const points = grid === undefined ? [] : equallyWide(grid, Math.floor(count * WIDTH_SHARE));
  const ascending = [...new Set([...bounds, ...points])].sort((a, b) => a - b);
  const cells = ascending.map((high, i): Cell => ({
    start: i === 0 ? 0 : countUpTo(sorted, ascending[i - 1]!),
    end: countUpTo(sorted, high),
    isWhole: i === 0,
  }));
  while (points.length < count) {
    const fullest = cells.reduce((a, b) => (rowsOf(b) > rowsOf(a) ? b : a));
    if (rowsOf(fullest) < 2) break;
    const point = findCut(sorted, fullest, elementType, grid);
    if (point === undefined) fullest.isWhole = true;
    else {
      points.push(point);
      const middle = countUpTo(sorted, point);
      cells.push({ start: middle, end: fullest.end, isWhole: false });
      fullest.end = middle;
    }
  }
  return points;
}

/** The rows of a cell, as places in the sorted values. */
interface Cell {
  readonly start: number;
  end: number;
  /** Holds one value: it cannot be cut. */
  isWhole: boolean;
}

function rowsOf({ start, end, isWhole }: Cell): number {
  return isWhole ? 0 : end - start;
}

/** The point nearest to the median of a cell that leaves rows on both sides; undefined where all its rows have one value. */
function findCut(
  sorted: Float64Array,
  { start, end }: Cell,
  elementType: ElementType,
  grid: WidthGrid | undefined,
): number | undefined {
  const middle = (start + end) >>> 1;
  const median = sorted[middle]!;
  const edges = grid === undefined ? [] : [grid.cellOf(median), grid.cellOf(median) + 1].map((i) => grid.boundAt(i));
  for (const candidates of [edges, [median, nextDown(median, elementType)]]) {
    const places = candidates.map((point) => ({ point, place: countUpTo(sorted, point) }));
    const cutting = places.filter(({ place }) => place > start && place < end);
    cutting.sort((a, b) => Math.abs(a.place - middle) - Math.abs(b.place - middle));
    if (cutting[0] !== undefined) return cutting[0].point + 0;
  }
  return undefined;
}

function equallyWide(grid: WidthGrid, count: number): number[] {
  return Array.from({ length: count }, (_, i) => grid.boundAt(Math.round(((i + 1) / (count + 1)) * GRID_CELLS)));
}

function countUpTo(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
