import { cellOf, type ElementType } from '@prumo/agent/profile';
import { missingNumbers, missingTexts } from '../data-files/columns.ts';
import { decisionBounds, decisionKeys } from '../domain/drift/cells.ts';
import type { ReferenceField } from '../domain/drift/reference.ts';
import type { FieldReading } from '../data-files/columns.ts';
import type { FieldColumn } from './field-column.ts';

/** Declared bounds of a numeric field. */
export interface DeclaredBounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * For each decision cell of a field, a value that stands for it; null feeds nothing. A cell without one is absent.
 *
 * Numeric cells: the median of the reference values in the cell. `below` and `above`, where no reference value lies: one
 * range of the reference beyond its end (1 where the range is 0), or the declared bound where that is nearer and outside the
 * reference. `missing`: the first declared missing value, else nothing. `unseen`: a text, or a number above all categories.
 */
export function representativeValues(
  field: ReferenceField,
  reading: FieldReading,
  column: FieldColumn,
  bounds: DeclaredBounds,
): Map<string, number | string | null> {
  const values =
    column.type === 'numeric'
      ? numericValues(field, reading, column.values, bounds)
      : categoricalValues(field, reading.elementType);
  const declared = column.type === 'numeric' ? missingNumbers(reading)[0] : missingTexts(reading)[0];
  values.set('missing', declared ?? (column.type === 'numeric' ? NaN : null));
  return values;
}

function numericValues(
  field: ReferenceField,
  reading: FieldReading,
  column: Float64Array,
  bounds: DeclaredBounds,
): Map<string, number | string | null> {
  const keys = decisionKeys(field);
  const layout = { kind: 'edges', bounds: decisionBounds(field) } as const;
  const ignored = new Set(missingNumbers(reading));
  const inCell = keys.map((): number[] => []);
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of column) {
    if (!Number.isFinite(value) || ignored.has(value)) continue;
    inCell[cellOf(layout, value)]?.push(value);
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const representatives = new Map<string, number | string | null>();
  for (const [cell, values] of inCell.entries()) {
    const median = middleOf(values);
    if (median !== undefined) representatives.set(keys[cell]!, median);
  }
  if (least > greatest) return representatives;
  const beyond = beyondRange(least, greatest, bounds);
  for (const key of ['below', 'above'] as const) {
    if (keys.includes(key) && !representatives.has(key)) representatives.set(key, beyond[key]);
  }
  return representatives;
}

function beyondRange(least: number, greatest: number, { min, max }: DeclaredBounds): { below: number; above: number } {
  const range = greatest > least ? greatest - least : 1;
  return {
    below: min !== undefined && min < least ? Math.max(min, least - range) : least - range,
    above: max !== undefined && max > greatest ? Math.min(max, greatest + range) : greatest + range,
  };
}

/** The lower median: always one of the values. */
function middleOf(values: readonly number[]): number | undefined {
  return Float64Array.from(values).sort()[(values.length - 1) >> 1];
}

function categoricalValues(field: ReferenceField, elementType: ElementType): Map<string, number | string | null> {
  const categories = field.layout.kind === 'categories' ? field.layout.categories : [];
  const values = new Map<string, number | string | null>(categories.map((category, i) => [String(i), category]));
  if (elementType === 'bool') return values;
  if (elementType === 'string') return values.set('unseen', UNSEEN_TEXT);
  const greatest = categories.reduce((most, category) => Math.max(most, Number(category)), 0);
  return values.set('unseen', String(Math.floor(greatest) + 1));
}

/** A text that no reference is expected to hold. */
const UNSEEN_TEXT = '\u{1F}unseen';
