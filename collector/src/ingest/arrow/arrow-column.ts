import { arrowError } from './arrow-error.ts';
import { columnName, type ArrowField, type ArrowType } from './arrow-schema.ts';

/** A value of a row: undefined where it is null; timestamps are texts in ISO 8601. */
export type ArrowValue = string | number | boolean | undefined;

/** Reads the value of a row of one batch. */
export type ReadValue = (row: number) => ArrowValue;

/** The next buffer of a batch, at least so many bytes long. */
export type NextBuffer = (minBytes: number) => Uint8Array;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Takes the buffers of a column of so many rows; a value is read when it is asked for. @throws PrumoError `PRUMO_ARROW_MALFORMED` */
export function openColumn(
  field: ArrowField,
  rows: number,
  hasNulls: boolean,
  nextBuffer: NextBuffer,
  dictionaries: ReadonlyMap<number, ReadValue>,
): ReadValue {
  const { type, dictionary, name } = field;
  if (type.kind === 'null') return () => undefined;
  const validity = nextBuffer(hasNulls ? Math.ceil(rows / 8) : 0);
  const read = dictionary === undefined ? openValues(name, type, rows, nextBuffer) : openIndexed();
  if (!hasNulls) return read;
  return (row) => (((validity[row >> 3] ?? 0) & (1 << (row & 7))) === 0 ? undefined : read(row));

  function openIndexed(): ReadValue {
    const { id, index } = dictionary!;
    const entries = dictionaries.get(id);
    // A column of nulls alone may come without its dictionary.
    const readEntry = entries ?? (() => fail(name, 'its dictionary is missing'));
    const readIndex = openValues(name, index, rows, nextBuffer);
    return (row) => readEntry(readIndex(row) as number);
  }
}

/** Entries of a dictionary: each text is decoded once. */
export function openDictionary(name: string, entries: number, read: ReadValue): ReadValue {
  const known: ArrowValue[] = [];
  return (at) => {
    if (!(at >= 0 && at < entries)) fail(name, `${at} is no entry of its dictionary of ${entries}`);
    return (known[at] ??= read(at));
  };
}

function openValues(name: string, type: ArrowType, rows: number, nextBuffer: NextBuffer): ReadValue {
  switch (type.kind) {
    case 'bool': {
      const bits = nextBuffer(Math.ceil(rows / 8));
      return (row) => ((bits[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
    }
    case 'int':
      return openInts(viewOf(nextBuffer((rows * type.bits) / 8)), type);
    case 'float': {
      const view = viewOf(nextBuffer((rows * type.bits) / 8));
      return type.bits === 64 ? (row) => view.getFloat64(row * 8, true) : (row) => view.getFloat32(row * 4, true);
    }
    case 'timestamp': {
      const view = viewOf(nextBuffer(rows * 8));
      return (row) => instantText(view.getBigInt64(row * 8, true), type.perSecond);
    }
    case 'text':
      return openTexts(name, type.isLarge, rows, nextBuffer);
    case 'null':
      return () => undefined;
  }
}

function openInts(view: DataView, { bits, isSigned }: Extract<ArrowType, { kind: 'int' }>): ReadValue {
  switch (bits) {
    case 8:
      return isSigned ? (row) => view.getInt8(row) : (row) => view.getUint8(row);
    case 16:
      return isSigned ? (row) => view.getInt16(row * 2, true) : (row) => view.getUint16(row * 2, true);
    case 32:
      return isSigned ? (row) => view.getInt32(row * 4, true) : (row) => view.getUint32(row * 4, true);
    case 64:
      // As in JSON, whole numbers beyond 2^53 become the nearest double.
      return isSigned
        ? (row) => Number(view.getBigInt64(row * 8, true))
        : (row) => Number(view.getBigUint64(row * 8, true));
  }
}

function openTexts(name: string, isLarge: boolean, rows: number, nextBuffer: NextBuffer): ReadValue {
  const width = isLarge ? 8 : 4;
  const offsets = viewOf(nextBuffer(rows === 0 ? 0 : (rows + 1) * width));
  const bytes = nextBuffer(0);
  const offset = isLarge
    ? (row: number) => Number(offsets.getBigInt64(row * 8, true))
    : (row: number) => offsets.getInt32(row * 4, true);
  return (row) => {
    const [start, end] = [offset(row), offset(row + 1)];
    if (start < 0 || end < start || end > bytes.length) fail(name, `the text of row ${row + 1} lies outside its bytes`);
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch {
      return fail(name, `the text of row ${row + 1} is not UTF-8`);
    }
  };
}

/** ISO 8601 in UTC, to the millisecond below; what no date can hold stays a number, which is refused as a time. */
function instantText(ticks: bigint, perSecond: bigint): string {
  const scaled = ticks * 1000n;
  const ms = scaled >= 0n ? scaled / perSecond : -((-scaled + perSecond - 1n) / perSecond);
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fail(name: string, reason: string): never {
  throw arrowError(`${columnName(name)}: ${reason}`);
}
