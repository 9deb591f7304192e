import type { Cell } from '../data-files/data-batch.ts';
import {
  createNumberReader,
  createTextReader,
  type FieldReading,
  type INVALID_CATEGORY,
} from '../data-files/columns.ts';

/** A category of a row: null is missing. */
export type Category = string | null | typeof INVALID_CATEGORY;

/** Values of one field, row by row. Numeric: NaN is missing, an infinity is invalid. Declared "missing" values are left in. */
export type FieldColumn =
  | { readonly type: 'numeric'; readonly values: Float64Array }
  | { readonly type: 'categorical'; readonly values: readonly Category[] };

/** Columns by name of field. */
export type FieldColumns = ReadonlyMap<string, FieldColumn>;

/** A reader of the cells of a field. */
export function createColumnReader(field: FieldReading): (cells: readonly Cell[]) => FieldColumn {
  if (field.type === 'numeric') {
    const read = createNumberReader(field);
    return (cells) => ({ type: 'numeric', values: Float64Array.from(cells, read) });
  }
  const read = createTextReader(field);
  return (cells) => ({ type: 'categorical', values: cells.map(read) });
}

/** A column of the rows at `indices`. */
export function pickRows(column: FieldColumn, indices: readonly number[]): FieldColumn {
  if (column.type === 'numeric') {
    return { type: 'numeric', values: Float64Array.from(indices, (row) => column.values[row] ?? NaN) };
  }
  return { type: 'categorical', values: indices.map((row) => column.values[row] ?? null) };
}

/** A column that holds the same value in every row. */
export function repeatValue(value: number | string | null, rowCount: number): FieldColumn {
  if (typeof value === 'number') return { type: 'numeric', values: new Float64Array(rowCount).fill(value) };
  return { type: 'categorical', values: new Array<Category>(rowCount).fill(value) };
}

/** Columns one after the other, of one type. */
export function joinColumns(parts: readonly FieldColumn[]): FieldColumn {
  if (parts[0]?.type === 'categorical') {
    const values: Category[] = [];
    for (const part of parts) if (part.type === 'categorical') for (const value of part.values) values.push(value);
    return { type: 'categorical', values };
  }
  const values = new Float64Array(parts.reduce((rows, part) => rows + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    if (part.type === 'numeric') values.set(part.values, at);
    at += part.values.length;
  }
  return { type: 'numeric', values };
}
