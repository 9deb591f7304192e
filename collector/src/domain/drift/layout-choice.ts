import { type EdgesLayout, type ElementType, nextDown } from '@prumo/agent/profile';
import { chooseDecileBounds, sortUnique } from './layout/decile-bounds.ts';
import { computeDoaneEdges } from './layout/doane-edges.ts';
import { chooseFillPoints } from './layout/fill-points.ts';
import type { Partitions } from './reference.ts';

export { chooseCategories } from './layout/choose-categories.ts';

/** What a numeric layout must respect besides the values. */
export interface NumericLayoutOptions {
  /** Type of the field's tensor; the values are of it. */
  readonly elementType: ElementType;
  /** Declared range of valid values, both ends inside. */
  readonly bounds?: { readonly min?: number | undefined; readonly max?: number | undefined };
  /** Decision thresholds, used as `value >= threshold`. */
  readonly thresholds?: readonly number[];
  /** Most bounds, as far as the partitions leave room. Default 254. */
  readonly maxBounds?: number;
}

/** A numeric layout, and the partitions that it refines. */
export interface NumericLayoutChoice {
  readonly layout: EdgesLayout;
  readonly partitions: Partitions;
}

const MAX_BOUNDS = 254;
/** Up to this many distinct values each gets a cell. */
const MAX_DISTINCT = 200;
/** Up to this many, each gets a cell that holds nothing else. */
const MAX_ISOLATED = 60;

/**
 * Chooses the cells of a numeric field from its reference values. They refine the reference's deciles, numpy's Doane bins, the
 * declared range, the decision thresholds, and each distinct value where there are at most 200, so that statistics on those
 * are exact. Otherwise the room left is filled with points that part
 * the fullest cells, which bounds the error of the others.
 *
 * Cells are `(a, b]`: a partition in `[a, b)` enters with the next smaller number of the element type for each edge, its last
 * closed edge unchanged. Below the first decision bound lies nothing of the reference, nor above the last.
 *
 * @param values finite numbers of the element type, in any order; none gives the declared bounds and thresholds alone
 */
export function chooseNumericLayout(values: Float64Array, options: NumericLayoutOptions): NumericLayoutChoice {
  const { elementType } = options;
  const declared = declaredBounds(options);
  const sorted = values.slice().sort();
  if (sorted.length === 0) {
    return { layout: { kind: 'edges', bounds: sortUnique(declared) }, partitions: { deciles: [], distinct: true } };
  }
  const deciles = chooseDecileBounds(sorted, elementType);
  const edges = computeDoaneEdges(sorted);
  const doane = edges && closeLast(edges, elementType);
  const bounds = new Set([...deciles, ...(doane ?? []), ...declared]);
  const maxBounds = options.maxBounds ?? MAX_BOUNDS;
  if (sorted[0] === sorted.at(-1)) addUpTo(bounds, guardPoints(sorted[0]!), maxBounds - 2);
  const distinct = addDistinct(bounds, sorted, elementType, maxBounds);
  if (!distinct) fill(bounds, sorted, elementType, maxBounds);
  return {
    layout: { kind: 'edges', bounds: sortUnique(bounds) },
    partitions: { deciles, ...(doane === undefined ? {} : { doane }), distinct },
  };
}

function declaredBounds({ elementType, bounds, thresholds }: NumericLayoutOptions): number[] {
  return [
    ...(bounds?.min === undefined ? [] : [nextDown(bounds.min, elementType)]),
    ...(bounds?.max === undefined ? [] : [bounds.max]),
    ...(thresholds ?? []).map((threshold) => nextDown(threshold, elementType)),
  ].map((bound) => bound + 0);
}

/** `[a, b), ..., [y, z]` as bounds of `(a, b]` cells. */
function closeLast(edges: readonly number[], elementType: ElementType): number[] {
  const last = edges.length - 1;
  return sortUnique(edges.map((edge, i) => (i === last ? edge : nextDown(edge, elementType))));
}

/**
 * Points around a constant, so that its first other values are told apart: ten per decade of distance, from a thousandth to a
 * thousandfold of its size.
 */
function guardPoints(constant: number): number[] {
  const unit = Math.abs(constant) || 1;
  const distances = Array.from({ length: 61 }, (_, i) => unit * 10 ** ((i - 30) / 10));
  return distances.flatMap((distance) => [constant - distance, constant + distance]).filter(Number.isFinite);
}

/** Adds a bound at each distinct value, and one before each where there are few; whether there was room for it. */
function addDistinct(bounds: Set<number>, sorted: Float64Array, elementType: ElementType, maxBounds: number): boolean {
  const distinct = new Set<number>();
  for (const value of sorted) {
    distinct.add(value);
    if (distinct.size > MAX_DISTINCT) return false;
  }
  if (new Set([...bounds, ...distinct]).size > maxBounds) return false;
  for (const value of distinct) bounds.add(value);
  if (distinct.size > MAX_ISOLATED) return true;
  addUpTo(
    bounds,
    [...distinct].map((value) => nextDown(value, elementType)),
    maxBounds,
  );
  return true;
}

function fill(bounds: Set<number>, sorted: Float64Array, elementType: ElementType, maxBounds: number): void {
  const room = Math.max(0, maxBounds - bounds.size);
  addUpTo(bounds, chooseFillPoints(sorted, elementType, sortUnique(bounds), room), maxBounds);
}

function addUpTo(bounds: Set<number>, points: readonly number[], maxBounds: number): void {
  for (const point of points) {
    if (bounds.size >= maxBounds) return;
    bounds.add(point + 0);
  }
}
