import type { EncodedProfile } from '@prumo/agent/profile';
import type { ObservedField } from './observation.ts';
import type { ReferenceField } from './reference.ts';

/** Rows of a field per decision cell, in reference and window. All three lists have one length. */
export interface DecisionCells {
  /** `below`, `0`, `1`, ..., `above`, `missing` (numeric) or `0`, `1`, ..., `unseen`, `missing` (categorical). */
  readonly keys: readonly string[];
  readonly reference: Float64Array;
  /** Weighted by the sampling. */
  readonly observed: Float64Array;
}

/** Rows per layout cell (categorical: per known category) and the rows beside them. */
interface CellSource {
  readonly counts: ArrayLike<number>;
  readonly unseen: number;
  readonly missing: number;
  readonly invalid: number;
}

/**
 * The cells that PSI and the verdict stand on.
 *
 * Numeric: the cells between the reference's deciles, `below` and `above` its range. Categorical: each known category, and
 * `unseen`. Both: `missing`, which holds every row without a usable value, so the invalid ones too. No cell is pooled here.
 * Rows that could not be brought into the layout (`unmapped`) are in no cell.
 */
export function decisionCells(reference: ReferenceField, observed: ObservedField): DecisionCells {
  let unseen = 0;
  for (const rows of observed.unseen.values()) unseen += rows;
  const { counts, missing, invalid } = observed;
  const { keys, cells } = referenceCells(reference);
  return { keys, reference: cells, observed: mergeCells(reference, { counts, unseen, missing, invalid }) };
}

/** What the reference alone says of a field: it is read for every window, and never changes. */
interface ReferenceCells {
  readonly keys: readonly string[];
  readonly cells: Float64Array;
  /** Rows per cell of the layout. */
  readonly counts: Float64Array;
}

const known = new WeakMap<ReferenceField, ReferenceCells>();

/** Keys, decision cells and layout cells of the reference itself, computed once; not to be written to. */
export function referenceCells(field: ReferenceField): ReferenceCells {
  let own = known.get(field);
  if (own === undefined) {
    const counts = Float64Array.from(layoutCounts(field, field.profile).counts);
    own = { keys: decisionKeys(field), cells: profileCells(field, field.profile), counts };
    known.set(field, own);
  }
  return own;
}

/** Keys of the decision cells of a field, in their order. */
export function decisionKeys(field: ReferenceField): string[] {
  if (field.layout.kind === 'categories') return [...field.layout.categories.keys(), 'unseen', 'missing'].map(String);
  const bounds = decisionBounds(field);
  const inside = bounds.slice(1).map((_, cell) => String(cell));
  return [...(bounds.length > 0 ? ['below'] : []), ...inside, 'above', 'missing'];
}

/** Rows per decision cell of a profile (whole, or of one chunk) in the field's layout. */
export function profileCells(field: ReferenceField, profile: EncodedProfile): Float64Array {
  const { missing, invalid } = profile;
  return mergeCells(field, { ...layoutCounts(field, profile), missing, invalid });
}

/**
 * Rows of a profile per cell of the field's layout. Categorical: per known category, the others together are `unseen`.
 *
 * @throws RangeError for a profile that is not in the layout of the field.
 */
export function layoutCounts(
  field: ReferenceField,
  profile: EncodedProfile,
): { readonly counts: ArrayLike<number>; readonly unseen: number } {
  const { layout } = field;
  if (layout.kind === 'categories' && profile.kind === 'categorical') {
    const rowsOf = new Map(profile.counts);
    const counts = Float64Array.from(layout.categories, (category) => rowsOf.get(category) ?? 0);
    const total = profile.counts.reduce((sum, [, rows]) => sum + rows, 0);
    return { counts, unseen: total - counts.reduce((sum, rows) => sum + rows, 0) };
  }
  if (layout.kind === 'edges' && profile.kind === 'numeric' && profile.histogram.kind === 'edges') {
    const { counts } = profile.histogram;
    if (counts.length === layout.bounds.length + 1) return { counts, unseen: 0 };
  }
  throw new RangeError(`the profile of ${field.name} is not in its layout`);
}

/** Bounds of the numeric decision cells: a subset of the layout's bounds. */
export function decisionBounds(field: ReferenceField): readonly number[] {
  if (field.layout.kind !== 'edges') return [];
  return field.partitions?.deciles ?? field.layout.bounds;
}

/** Counts of a layout's cells added up to those of a partition whose bounds are a subset of the layout's. */
export function mergeToPartition(
  bounds: readonly number[],
  counts: ArrayLike<number>,
  partition: readonly number[],
): Float64Array {
  const merged = new Float64Array(partition.length + 1);
  const cellOf = indexCells(bounds, partition);
  for (let i = 0; i < cellOf.length; i++) merged[cellOf[i]!]! += counts[i] ?? 0;
  return merged;
}

const indexes = new WeakMap<readonly number[], { readonly bounds: readonly number[]; readonly cellOf: Uint16Array }>();

/** For each cell of the layout the cell of the partition that holds it. Partitions belong to one layout, so it is computed once. */
function indexCells(bounds: readonly number[], partition: readonly number[]): Uint16Array {
  const index = indexes.get(partition);
  if (index?.bounds === bounds) return index.cellOf;
  const cellOf = new Uint16Array(bounds.length + 1);
  let cell = 0;
  for (let i = 1; i <= bounds.length; i++) {
    // Layout cell i lies above bounds[i - 1].
    while (cell < partition.length && partition[cell]! <= bounds[i - 1]!) cell++;
    cellOf[i] = cell;
  }
  indexes.set(partition, { bounds, cellOf });
  return cellOf;
}

function mergeCells(field: ReferenceField, { counts, unseen, missing, invalid }: CellSource): Float64Array {
  const isNumeric = field.layout.kind === 'edges';
  const inside = isNumeric ? mergeToPartition(field.layout.bounds, counts, decisionBounds(field)) : counts;
  const cells = new Float64Array(inside.length + (isNumeric ? 1 : 2));
  cells.set(inside);
  if (!isNumeric) cells[inside.length] = unseen;
  cells[cells.length - 1] = missing + invalid;
  return cells;
}
