import { layoutCounts } from '../cells.ts';
import type { ObservedField } from '../observation.ts';
import type { ReferenceField } from '../reference.ts';

/** Rows with a value per cell, reference and window: the other tools drop missing and infinite values first. */
export interface ValueCells {
  readonly reference: Float64Array;
  readonly observed: Float64Array;
}

/** Numeric: the layout's cells. Categorical: each known category, then each category that only the window has. */
export function valueCells(field: ReferenceField, observed: ObservedField): ValueCells {
  const { counts, unseen } = layoutCounts(field, field.profile);
  // More categories than the layout holds: what the reference has of them cannot be told apart.
  const rest = unseen > 0 ? [unseen] : [];
  const seen = [...observed.unseen.values()];
  return {
    reference: Float64Array.of(...Array.from(counts), ...rest, ...seen.map(() => 0)),
    observed: Float64Array.of(...observed.counts, ...rest.map(() => 0), ...seen),
  };
}

/** Whether the reference has categories that its layout does not hold one by one. */
export function hasFoldedCategories(field: ReferenceField): boolean {
  return field.type === 'categorical' && layoutCounts(field, field.profile).unseen > 0;
}

/** Distinct values of reference and window, as far as each has a cell; Infinity where the layout is coarser. */
export function countDistinct(field: ReferenceField, cells: ValueCells): number {
  if (field.type === 'numeric' && !(field.partitions?.distinct ?? false)) return Infinity;
  return cells.reference.filter((rows, i) => rows > 0 || cells.observed[i]! > 0).length;
}
