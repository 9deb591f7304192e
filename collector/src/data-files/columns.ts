import { ELEMENT_TYPES, type ElementType, roundToElementType } from '@prumo/agent/profile';
import type { Cell } from './data-batch.ts';

/** How the cells of a field are read. */
export interface FieldReading {
  readonly type: 'numeric' | 'categorical';
  /** Type of the field's tensor: a cell reads as the same value or text that the tensor would give. */
  readonly elementType: ElementType;
  /** Declared values that mean "missing". */
  readonly missing: readonly (number | string)[];
}

/** A categorical value that cannot be used: text that the integer or float tensor could not hold. */
export const INVALID_CATEGORY = Symbol('invalid category');

const INTEGER_TYPES: ReadonlySet<ElementType> = new Set(ELEMENT_TYPES.filter((type) => /^u?int/.test(type)));
const FLOAT_TYPES: ReadonlySet<ElementType> = new Set(ELEMENT_TYPES.filter((type) => type.startsWith('float')));
const TRUTH: Readonly<Record<string, number>> = { true: 1, false: 0 };
/** `Number` also reads hexadecimal, octal, binary and the word Infinity, which no data file means as a number. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A reader of the cells of a numeric field: the value as its tensor would hold it. NaN is missing (nothing, `NaN`, a
 * declared text), an infinity is invalid (text that is no number). Declared numbers such as -999 are left in: the model
 * gets them, the profile counts them as missing. `true` and `false` are 1 and 0, a time is its milliseconds.
 */
export function createNumberReader({ elementType, missing }: FieldReading): (cell: Cell) => number {
  const declared = new Set(missing.filter((value) => typeof value === 'string'));
  const truncates = INTEGER_TYPES.has(elementType);
  return (cell) => {
    const value = typeof cell === 'string' ? (declared.has(cell) ? NaN : parseNumber(cell)) : toNumber(cell);
    return roundToElementType(elementType, truncates ? Math.trunc(value) : value);
  };
}

/**
 * A reader of the cells of a categorical field: null is missing, `INVALID_CATEGORY` is invalid. Numbers become the text
 * that a tensor of the element type gives: `1.0` is `1` in an integer tensor, `True` and `1` are `true` in a boolean one.
 * Declared values are left in, as in `createNumberReader`.
 */
export function createTextReader({
  elementType,
}: FieldReading): (cell: Cell) => string | null | typeof INVALID_CATEGORY {
  if (elementType === 'bool') return (cell) => readAs(cell, (value) => (value === 0 ? 'false' : 'true'));
  if (INTEGER_TYPES.has(elementType)) return readInteger;
  if (FLOAT_TYPES.has(elementType)) {
    return (cell) => readAs(cell, (value) => decimalText(roundToElementType(elementType, value)));
  }
  return (cell) => (cell === null ? null : cell instanceof Date ? cell.toISOString() : String(cell));
}

/** Declared values of a categorical field, as the texts that `createTextReader` gives. */
export function missingTexts(reading: FieldReading): string[] {
  const read = createTextReader(reading);
  return reading.missing.map((value) => {
    const text = read(value);
    return typeof text === 'string' ? text : String(value);
  });
}

/** Declared numbers of a numeric field, as its element type holds them. */
export function missingNumbers({ elementType, missing }: FieldReading): number[] {
  return missing.filter((value) => typeof value === 'number').map((value) => roundToElementType(elementType, value));
}

function readInteger(cell: Cell): string | null | typeof INVALID_CATEGORY {
  // Digits are taken as they are: a 64-bit integer need not fit a double.
  if (typeof cell === 'bigint') return cell.toString();
  if (typeof cell === 'string' && /^[+-]?\d{16,}$/.test(cell.trim())) return BigInt(cell).toString();
  return readAs(cell, (value) => decimalText(Math.trunc(value)));
}

function readAs(cell: Cell, write: (value: number) => string): string | null | typeof INVALID_CATEGORY {
  const value = typeof cell === 'string' ? parseNumber(cell) : toNumber(cell);
  if (Number.isNaN(value)) return null;
  return Number.isFinite(value) ? write(value) : INVALID_CATEGORY;
}

/** As the profile's own: all digits of an integer, -0 as 0. */
function decimalText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value + 0);
}

function parseNumber(text: string): number {
  const trimmed = text.trim();
  if (DECIMAL.test(trimmed)) return Number(trimmed);
  const lower = trimmed.toLowerCase();
  if (lower === '' || lower === 'nan') return NaN;
  return Object.hasOwn(TRUTH, lower) ? (TRUTH[lower] ?? NaN) : Infinity;
}

function toNumber(cell: Exclude<Cell, string>): number {
  return cell === null ? NaN : Number(cell);
}
