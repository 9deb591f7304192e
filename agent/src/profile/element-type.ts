import { nextDownDouble } from './float-bits.ts';
import { nextDownFloat16, roundToFloat16 } from './float16.ts';

/** Element types of the tensors that can be profiled. */
export const ELEMENT_TYPES = [
  'float16',
  'float32',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
  'string',
] as const;

/** Element type of a tensor. */
export type ElementType = (typeof ELEMENT_TYPES)[number];

const float32 = new Float32Array(1);
const float32Bits = new Int32Array(float32.buffer);

/**
 * Rounds a value as storing it in a tensor of that type would, so that a reference read from a file and the live tensor
 * agree. Integers are truncated toward zero, without wrapping; float64, int64, uint64 and string leave it unchanged;
 * bool gives 1 for everything but 0 and NaN. NaN stays NaN.
 */
export function roundToElementType(type: ElementType, value: number): number {
  switch (type) {
    case 'float32':
      return Math.fround(value);
    case 'float16':
      return roundToFloat16(value);
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'uint32':
      return Math.trunc(value);
    case 'bool':
      return Number.isNaN(value) ? value : value === 0 ? 0 : 1;
    case 'float64':
    case 'int64':
    case 'uint64':
    case 'string':
      return value;
  }
}

/**
 * The greatest number of the element type (default float64) that is smaller than a value, which need not be of the type:
 * with it as edge, the cell `(.., edge]` holds exactly the numbers `< value`. Integer types are not cut at their range
 * (below the smallest `uint8` comes -1). -inf and NaN stay.
 */
export function nextDown(value: number, type: ElementType = 'float64'): number {
  switch (type) {
    case 'float64':
    case 'string':
      return nextDownDouble(value);
    case 'float32':
      return nextDownFloat32(value);
    case 'float16':
      return nextDownFloat16(value);
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64':
    case 'bool':
      return nextDownInteger(value);
  }
}

function nextDownFloat32(value: number): number {
  const rounded = Math.fround(value);
  if (rounded < value || Number.isNaN(value) || rounded === -Infinity) return rounded;
  float32[0] = rounded;
  if (rounded === 0) return -(2 ** -149);
  float32Bits[0] = (float32Bits[0] as number) + (rounded > 0 ? -1 : 1);
  return float32[0];
}

/** Above 2^53 integers are read as doubles, so the next one is the next double. */
function nextDownInteger(value: number): number {
  if (!Number.isFinite(value)) return value;
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? nextDownDouble(value) : Math.ceil(value) - 1;
}
