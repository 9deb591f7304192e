import { arrowError } from './arrow-error.ts';
import type { FlatTable } from './flat-table.ts';

/** Types of columns that are read. */
export type ArrowType =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly isSigned: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'text'; readonly isLarge: boolean }
  | { readonly kind: 'timestamp'; readonly perSecond: bigint };

/** A column as declared. */
export interface ArrowField {
  readonly name: string;
  /** Of the values, also where they are in a dictionary. */
  readonly type: ArrowType;
  readonly dictionary?: { readonly id: number; readonly index: Extract<ArrowType, { kind: 'int' }> };
}

export interface ArrowSchema {
  readonly fields: readonly ArrowField[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Most columns: 1,000 outputs, 1,000 inputs, 8 segment keys and the fixed ones. */
const MAX_COLUMNS = 2100;
const MAX_METADATA = 1000;

/** Names of types that are not read, by their number in the format. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  4: 'binary',
  7: 'decimal',
  8: 'date',
  9: 'time',
  11: 'interval',
  12: 'list',
  13: 'struct',
  14: 'union',
  15: 'fixed-size binary',
  16: 'fixed-size list',
  17: 'map',
  18: 'duration',
  19: 'large binary',
  21: 'large list',
  22: 'run-end encoded',
  23: 'binary view',
  24: 'text view',
  25: 'list view',
  26: 'large list view',
};

/** Reads the schema of a stream. @throws PrumoError `PRUMO_ARROW_MALFORMED`, RangeError. */
export function readSchema(schema: FlatTable): ArrowSchema {
  if (schema.int16(4, 0) !== 0) throw arrowError('the numbers are big-endian; little-endian is read');
  const metadata = new Map<string, string>();
  for (const pair of schema.tables(8, MAX_METADATA)) metadata.set(pair.text(4), pair.text(6));
  const fields = schema.tables(6, MAX_COLUMNS).map(readField);
  return { fields, metadata };
}

function readField(field: FlatTable): ArrowField {
  const name = field.text(4);
  const type = readType(name, field.uint8(8, 0), field.table(10));
  const encoding = field.table(12);
  if (encoding === undefined) return { name, type };
  if (type.kind !== 'text') throw arrowError(`${columnName(name)}: only text is read from a dictionary`);
  const index = encoding.table(6);
  const indexType = index === undefined ? ({ kind: 'int', bits: 32, isSigned: true } as const) : readInt(name, index);
  return { name, type, dictionary: { id: encoding.size(4), index: indexType } };
}

function readType(name: string, number: number, type: FlatTable | undefined): ArrowType {
  if (number === 1) return { kind: 'null' };
  if (number === 5 || number === 20) return { kind: 'text', isLarge: number === 20 };
  if (number === 6) return { kind: 'bool' };
  if (type !== undefined && number === 2) return readInt(name, type);
  if (type !== undefined && number === 3) return readFloat(name, type);
  if (type !== undefined && number === 10) {
    const unit = type.int16(4, 0);
    if (unit >= 0 && unit <= 3) return { kind: 'timestamp', perSecond: 1000n ** BigInt(unit) };
  }
  const given = OTHER_TYPES[number] ?? `number ${number}`;
  throw arrowError(
    `${columnName(name)} has the type ${given}; bool, int, float, text (plain or in a dictionary) and timestamp are read`,
  );
}

function readInt(name: string, type: FlatTable): Extract<ArrowType, { kind: 'int' }> {
  const bits = type.int32(4, 0);
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) {
    throw arrowError(`${columnName(name)}: integers have 8, 16, 32 or 64 bits`);
  }
  return { kind: 'int', bits, isSigned: type.uint8(6, 0) !== 0 };
}

function readFloat(name: string, type: FlatTable): Extract<ArrowType, { kind: 'float' }> {
  const precision = type.int16(4, 0);
  if (precision !== 1 && precision !== 2) throw arrowError(`${columnName(name)}: floats have 32 or 64 bits here`);
  return { kind: 'float', bits: precision === 1 ? 32 : 64 };
}

/** How a column is named in messages. */
export function columnName(name: string): string {
  return `column ${JSON.stringify(name.slice(0, 100))}`;
}
