import {
  type CategoriesLayout,
  type CategoricalProfile,
  createCategoricalAccumulator,
  createNumericAccumulator,
  type EdgesLayout,
  type ElementType,
  type Profile,
} from '@prumo/agent/profile';
import type { CategoricalColumn, MissingValues, NumericColumn } from './reference-column.ts';

/** Profiles of consecutive chunks of a numeric column, by the code that profiles live traffic. */
export function profileNumericChunks(
  { values }: NumericColumn,
  chunkRows: readonly number[],
  layout: EdgesLayout,
  options: { readonly elementType: ElementType; readonly missing?: MissingValues | undefined },
): Profile[] {
  const missing = (options.missing ?? []).filter((value) => typeof value === 'number');
  const accumulator = createNumericAccumulator(layout, { elementType: options.elementType, missing });
  let start = 0;
  return chunkRows.map((rows) => {
    accumulator.addColumn(values, start, 1, rows);
    start += rows;
    return accumulator.take();
  });
}

/** Profiles of consecutive chunks of a categorical column. Without a layout every category is counted by its name. */
export function profileCategoricalChunks(
  { values }: CategoricalColumn,
  chunkRows: readonly number[],
  layout: CategoriesLayout | undefined,
  missing: MissingValues = [],
): CategoricalProfile[] {
  const accumulator = createCategoricalAccumulator(layout, {
    missing: missing.map(String),
    ...(layout === undefined ? { maxCategories: Infinity } : {}),
  });
  let row = 0;
  return chunkRows.map((rows) => {
    for (const end = row + rows; row < end; row++) {
      const value = values[row];
      if (typeof value === 'string') accumulator.add(value);
      else if (typeof value === 'symbol') accumulator.addInvalid();
      else accumulator.addMissing();
    }
    return accumulator.take();
  });
}
