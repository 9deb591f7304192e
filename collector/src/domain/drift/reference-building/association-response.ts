import { cellOf } from '@prumo/agent/profile';
import { decisionBounds, decisionKeys } from '../cells.ts';
import type { FieldResponse, ReferenceField } from '../reference.ts';
import type { MissingValues, ReferenceColumn } from './reference-column.ts';

/**
 * The mean reference prediction in each decision cell of a field: how the prediction goes with the field where the model itself cannot
 * be asked. It is association, not effect. Rows without a finite score are left out; a cell without rows has no answer.
 *
 * @param score the prediction of each row of the column
 */
export function associationResponse(
  field: ReferenceField,
  column: ReferenceColumn,
  score: Float64Array,
  missing: MissingValues = [],
): FieldResponse {
  const keys = decisionKeys(field);
  const cellOfRow = locateRows(field, column, missing);
  const sums = new Float64Array(keys.length);
  const rows = new Float64Array(keys.length);
  for (let row = 0; row < score.length; row++) {
    if (!Number.isFinite(score[row])) continue;
    const cell = cellOfRow(row);
    sums[cell]! += score[row]!;
    rows[cell]! += 1;
  }
  const answered = keys.flatMap((key, cell) => (rows[cell]! > 0 ? [[key, sums[cell]! / rows[cell]!] as const] : []));
  return { method: 'association', cells: Object.fromEntries(answered) };
}

/** The decision cell of each row, in the order of the keys. */
function locateRows(field: ReferenceField, column: ReferenceColumn, missing: MissingValues): (row: number) => number {
  if (column.type === 'numeric') {
    const layout = { kind: 'edges', bounds: decisionBounds(field) } as const;
    const missingCell = layout.bounds.length + 1;
    return (row) => {
      const value = column.values[row]!;
      return Number.isFinite(value) && !missing.includes(value) ? cellOf(layout, value) : missingCell;
    };
  }
  const categories = field.layout.kind === 'categories' ? field.layout.categories : [];
  const known = new Map(categories.map((category, index) => [category, index]));
  const texts = new Set(missing.map(String));
  return (row) => {
    const value = column.values[row];
    if (typeof value !== 'string' || texts.has(value)) return categories.length + 1;
    return known.get(value) ?? categories.length;
  };
}
