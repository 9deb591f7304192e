import { type ElementType, roundToElementType } from './element-type.ts';
import { float16FromBits } from './float16.ts';

/** Data of a numeric tensor, row-major. `Uint16Array` holds float16 bits where the element type says float16. */
export type NumericData =
  | Float16Array
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Most rows that one step reads. */
export const BLOCK_ROWS = 256;

/** Making the view of the halves costs as much as reading about so many BigInts. */
const ROWS_WORTH_A_VIEW = 4;

/** Whether the low word of a 64-bit integer comes first in memory. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Refuses a column that leaves its data: read all the same, rows that do not exist would count as missing. */
export function checkColumn(dataLength: number, start: number, stride: number, rowCount: number): void {
  const last = start + (rowCount - 1) * stride;
  if (rowCount > 0 && !(start >= 0 && stride >= 0 && last < dataLength)) {
    throw new RangeError(
      `${rowCount} rows from ${start} in steps of ${stride} do not lie within ${dataLength} elements`,
    );
  }
}

/** Whether the data need no rounding to the element type and no other reader than the engine's. */
export function isReadInPlace(data: NumericData, type: ElementType): data is Float32Array | Float64Array {
  if (data instanceof Float32Array) return type === 'float32' || type === 'float64';
  return type === 'float64' && data instanceof Float64Array;
}

/** Copies `length` elements `start, start + stride, ...` into `into`, as doubles of the element type. */
export function readColumn(
  data: NumericData,
  type: ElementType,
  start: number,
  stride: number,
  length: number,
  into: Float64Array,
): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    readInt64(data, start, stride, length, into);
  } else if (data instanceof Uint16Array && type === 'float16') {
    for (let i = 0; i < length; i++) into[i] = float16FromBits(data[start + i * stride] as number);
  } else {
    for (let i = 0; i < length; i++) into[i] = data[start + i * stride] as number;
  }
  if (type === 'int64' || type === 'uint64' || type === 'float64') return;
  for (let i = 0; i < length; i++) into[i] = roundToElementType(type, into[i] as number);
}

/** Reads the two 32-bit halves: no BigInt is made. Beyond 2^53 the sum rounds as `Number(bigint)` does. */
function readInt64(
  data: BigInt64Array | BigUint64Array,
  start: number,
  stride: number,
  length: number,
  into: Float64Array,
): void {
  if (length < ROWS_WORTH_A_VIEW) {
    for (let i = 0; i < length; i++) into[i] = Number(data[start + i * stride]);
    return;
  }
  const words = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  const low = LITTLE_ENDIAN ? 0 : 1;
  const signed = data instanceof BigInt64Array;
  for (let i = 0, at = start * 2; i < length; i++, at += stride * 2) {
    const high = words[at + 1 - low] as number;
    into[i] = (signed ? high : high >>> 0) * 2 ** 32 + ((words[at + low] as number) >>> 0);
  }
}
