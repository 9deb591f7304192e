import {
  createCategoricalAccumulator,
  createNumericAccumulator,
  defaultExponentialLayout,
  type CategoricalAccumulator,
  type CategoriesLayout,
  type EdgesLayout,
  type NumericAccumulator,
  type Profile,
} from '@prumo/agent/profile';
import { INVALID_CATEGORY, missingNumbers, missingTexts, type FieldReading } from '../data-files/columns.ts';
import type { Category, FieldColumn } from './field-column.ts';

/** Profiles rows of one field, as the agent does. */
export interface FieldProfiler {
  /** The profile of some rows of a column. */
  readonly profile: (column: FieldColumn, rows: readonly number[]) => Profile;
}

/** Creates a profiler; without a layout numbers are counted in exponential buckets. */
export function createFieldProfiler(field: FieldReading, layout?: EdgesLayout | CategoriesLayout): FieldProfiler {
  if (field.type === 'numeric') {
    const numbers = createNumericAccumulator(layout?.kind === 'edges' ? layout : defaultExponentialLayout, {
      elementType: field.elementType,
      missing: missingNumbers(field),
    });
    return { profile: (column, rows) => profileNumbers(numbers, column, rows) };
  }
  const texts = createCategoricalAccumulator(layout?.kind === 'categories' ? layout : undefined, {
    missing: missingTexts(field),
  });
  return { profile: (column, rows) => profileTexts(texts, column, rows) };
}

function profileNumbers(accumulator: NumericAccumulator, column: FieldColumn, rows: readonly number[]): Profile {
  if (column.type !== 'numeric') throw new RangeError('a numeric field has a column of text');
  const values = Float64Array.from(rows, (row) => column.values[row] ?? NaN);
  accumulator.addColumn(values, 0, 1, values.length);
  return accumulator.take();
}

function profileTexts(accumulator: CategoricalAccumulator, column: FieldColumn, rows: readonly number[]): Profile {
  if (column.type !== 'categorical') throw new RangeError('a categorical field has a column of numbers');
  for (const row of rows) addText(accumulator, column.values[row] ?? null);
  return accumulator.take();
}

function addText(accumulator: CategoricalAccumulator, value: Category): void {
  if (value === null) accumulator.addMissing();
  else if (value === INVALID_CATEGORY) accumulator.addInvalid();
  else accumulator.add(value);
}
