import { PrumoError } from '../errors/prumo-error.ts';
import { INVALID_CATEGORY } from '../data-files/columns.ts';
import type { Category, FieldColumn } from './field-column.ts';

/** Data of a tensor, as onnxruntime takes and gives it. */
export type TensorData = readonly string[] | ArrayLike<number> | ArrayLike<bigint>;

/** A store for the elements of one tensor. */
export interface TensorBuilder {
  readonly data: string[] | NumberArray | BigInt64Array | BigUint64Array;
  /** Puts an element; false if the type cannot hold it (NaN in an integer tensor, a number out of its range). */
  readonly put: (at: number, element: number | Category) => boolean;
}

type NumberArray =
  | Float16Array
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

const FLOATS: Readonly<Record<string, (length: number) => NumberArray>> = {
  float16: (length) => new Float16Array(length),
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
};
const INTEGERS: Readonly<
  Record<string, { readonly make: (length: number) => NumberArray; readonly low: number; readonly high: number }>
> = {
  int8: { make: (length) => new Int8Array(length), low: -(2 ** 7), high: 2 ** 7 - 1 },
  uint8: { make: (length) => new Uint8Array(length), low: 0, high: 2 ** 8 - 1 },
  int16: { make: (length) => new Int16Array(length), low: -(2 ** 15), high: 2 ** 15 - 1 },
  uint16: { make: (length) => new Uint16Array(length), low: 0, high: 2 ** 16 - 1 },
  int32: { make: (length) => new Int32Array(length), low: -(2 ** 31), high: 2 ** 31 - 1 },
  uint32: { make: (length) => new Uint32Array(length), low: 0, high: 2 ** 32 - 1 },
  bool: { make: (length) => new Uint8Array(length), low: 0, high: 1 },
};

/**
 * An empty tensor of an element type of onnxruntime.
 *
 * @throws PrumoError `PRUMO_ONNX_UNSUPPORTED`.
 */
export function createTensorBuilder(type: string, length: number): TensorBuilder {
  if (type === 'string') {
    const data = new Array<string>(length).fill('');
    return { data, put: (at, element) => putText(data, at, element) };
  }
  const makeFloats = FLOATS[type];
  if (makeFloats !== undefined && (type !== 'float16' || 'Float16Array' in globalThis)) {
    const data = makeFloats(length);
    return { data, put: (at, element) => putNumber(data, at, toNumber(element), -Infinity, Infinity) };
  }
  const integers = INTEGERS[type];
  if (integers !== undefined) {
    const data = integers.make(length);
    const put: TensorBuilder['put'] = (at, element) => {
      const value = Math.trunc(toNumber(element));
      return !Number.isNaN(value) && putNumber(data, at, value, integers.low, integers.high);
    };
    return { data, put };
  }
  if (type === 'int64') return createBigBuilder(new BigInt64Array(length), -(2n ** 63n), 2n ** 63n - 1n);
  if (type === 'uint64') return createBigBuilder(new BigUint64Array(length), 0n, 2n ** 64n - 1n);
  throw new PrumoError('PRUMO_ONNX_UNSUPPORTED', `a tensor of type ${type} cannot be built from rows`);
}

/** The elements `start, start + stride, ...` as a column of a field; a boolean tensor reads as `true` and `false`. */
export function readColumn(
  data: TensorData,
  type: string,
  { start, stride, rows }: { readonly start: number; readonly stride: number; readonly rows: number },
  fieldType: 'numeric' | 'categorical',
): FieldColumn {
  if (fieldType === 'numeric') {
    return {
      type: 'numeric',
      values: Float64Array.from({ length: rows }, (_, i) => Number(data[start + i * stride] ?? NaN)),
    };
  }
  const values = Array.from({ length: rows }, (_, i) => {
    const element = data[start + i * stride];
    if (element === undefined || (typeof element === 'number' && Number.isNaN(element))) return null;
    return type === 'bool' ? (Number(element) === 0 ? 'false' : 'true') : String(element);
  });
  return { type: 'categorical', values };
}

function putText(data: string[], at: number, element: number | Category): boolean {
  if (element === INVALID_CATEGORY) return false;
  // ONNX has no missing text: the empty one is what exporters and services feed.
  data[at] = element === null ? '' : String(element);
  return true;
}

function putNumber(data: NumberArray, at: number, value: number, low: number, high: number): boolean {
  if (value < low || value > high) return false;
  data[at] = value;
  return true;
}

function createBigBuilder(data: BigInt64Array | BigUint64Array, low: bigint, high: bigint): TensorBuilder {
  const put: TensorBuilder['put'] = (at, element) => {
    const value = toBigInt(element);
    if (value === undefined || value < low || value > high) return false;
    data[at] = value;
    return true;
  };
  return { data, put };
}

function toBigInt(element: number | Category): bigint | undefined {
  if (typeof element === 'string' && /^-?\d+$/.test(element)) return BigInt(element);
  const value = toNumber(element);
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}

function toNumber(element: number | Category): number {
  if (typeof element === 'number') return element;
  if (typeof element !== 'string') return NaN;
  return element === 'true' ? 1 : element === 'false' ? 0 : Number(element);
}
