import type { EncodedProfile } from '@prumo/agent/profile';
import { profileCells } from '../cells.ts';
import { debiasPsi } from '../effect.ts';
import type { ReferenceField } from '../reference.ts';
import { computePsi } from '../statistics/psi.ts';
import { sumOf } from '../statistics/shares.ts';
import { type MissingValues, type ReferenceColumn, usableValues } from './reference-column.ts';

/** Debiased PSI of a chunk against the other chunks from which it is far: the default of `critical`. */
const FAR = 0.25;
/** A run of equal values is called frozen when it is this long, and less likely than this in rows of independent order. */
const LEAST_RUN = 100;
const UNLIKELY = 1e-6;
/** Share of rows equal to the one before them, in every field, that is reported. */
const REPEATED_SHARE = 0.01;

/** What is odd about the reference rows of one field: no values, constant, frozen, outside its declared range, chunks far from the rest. */
export function warnOfField(
  field: ReferenceField,
  column: ReferenceColumn,
  { bounds, missing }: { readonly bounds?: Range; readonly missing?: MissingValues } = {},
): string[] {
  const values = column.type === 'numeric' ? usableValues(column, missing) : column.values.filter(isText);
  if (values.length === 0) return [`${field.name}: no row has a value`];
  return [
    ...warnOfConstant(field, values),
    ...(column.type === 'numeric' ? warnOfRange(field, values as Float64Array, bounds) : []),
    ...warnOfChunks(field),
  ];
}

interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Rows that equal the one before them in every field: a sign of a copied file or a broken join. */
export function warnOfRepeatedRows(columns: readonly ReferenceColumn[]): string[] {
  const rows = columns[0]?.values.length ?? 0;
  let repeated = 0;
  for (let row = 1; row < rows; row++) {
    if (columns.every(({ values }) => Object.is(values[row], values[row - 1]))) repeated++;
  }
  if (columns.length < 2 || repeated < REPEATED_SHARE * rows || repeated < 10) return [];
  return [`${repeated} of ${rows} rows equal the row before them in every field`];
}

function warnOfConstant({ name }: ReferenceField, values: ArrayLike<number | string | symbol | null>): string[] {
  const counts = new Map<unknown, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  if (counts.size === 1) return values.length > 1 ? [`${name}: every value is ${String(values[0])}`] : [];
  const { value, length } = findLongestRun(values);
  const share = (counts.get(value) ?? 0) / values.length;
  if (length < LEAST_RUN || values.length * share ** length >= UNLIKELY) return [];
  return [`${name}: the same value, ${String(value)}, in ${length} rows one after the other: sorted, or frozen`];
}

function findLongestRun<T>(values: ArrayLike<T>): { readonly value: T | undefined; readonly length: number } {
  let longest: { value: T | undefined; length: number } = { value: undefined, length: 0 };
  let start = 0;
  for (let i = 1; i <= values.length; i++) {
    if (i < values.length && values[i] === values[start]) continue;
    if (i - start > longest.length) longest = { value: values[start], length: i - start };
    start = i;
  }
  return longest;
}

function warnOfRange({ name }: ReferenceField, values: Float64Array, { min, max }: Range = {}): string[] {
  const below = min === undefined ? 0 : values.filter((value) => value < min).length;
  const above = max === undefined ? 0 : values.filter((value) => value > max).length;
  return [
    ...(below > 0 ? [`${name}: ${below} of ${values.length} values are below the declared minimum ${min}`] : []),
    ...(above > 0 ? [`${name}: ${above} of ${values.length} values are above the declared maximum ${max}`] : []),
  ];
}

/** Each chunk against all the others together. */
function warnOfChunks(field: ReferenceField): string[] {
  const whole = profileCells(field, field.profile);
  return field.chunks.flatMap((chunk, index) => {
    const psi = measureChunk(field, whole, chunk);
    if (!(psi > FAR)) return [];
    return [`${field.name}: chunk ${index + 1} of ${field.chunks.length} is far from the rest (PSI ${psi.toFixed(2)})`];
  });
}

function measureChunk(field: ReferenceField, whole: Float64Array, chunk: EncodedProfile): number {
  const inside = profileCells(field, chunk);
  const others = whole.map((rows, cell) => rows - inside[cell]!);
  const occupied = whole.filter((rows) => rows > 0).length;
  return debiasPsi(computePsi(others, inside), occupied, sumOf(inside), sumOf(others));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
