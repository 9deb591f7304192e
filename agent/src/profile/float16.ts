import { exponentOf } from './float-bits.ts';

/**
 * IEEE 754 half precision, written out: `Math.f16round` and `Float16Array` exist only from Node 24 on.
 */
const LARGEST = 65504;
/** From here on (halfway between the largest and the next power of two) values round to infinity. */
const OVERFLOW = 65520;
const MIN_EXPONENT = -14;
const MANTISSA_BITS = 10;

/** Distance between neighboring float16 numbers around a magnitude, which is finite. */
function spacingAt(magnitude: number): number {
  const exponent = magnitude === 0 ? MIN_EXPONENT : Math.max(exponentOf(magnitude), MIN_EXPONENT);
  return 2 ** (exponent - MANTISSA_BITS);
}

/** The float16 number nearest to a value, ties to even. */
export function roundToFloat16(value: number): number {
  if (value === 0) return value;
  const magnitude = Math.abs(value);
  if (!(magnitude < OVERFLOW)) return value > 0 ? Infinity : value < 0 ? -Infinity : NaN;
  // Adding 1.5 * 2^52 units of the last place leaves no room for a fraction: the processor rounds, ties to even.
  const shift = 1.5 * 2 ** 52 * spacingAt(magnitude);
  const rounded = magnitude + shift - shift;
  return value < 0 ? -rounded : rounded;
}

/** The next smaller float16 number. -inf and NaN stay. */
export function nextDownFloat16(value: number): number {
  const rounded = roundToFloat16(value);
  if (rounded < value || Number.isNaN(rounded) || value === -Infinity) return rounded;
  if (rounded === Infinity) return LARGEST;
  if (rounded === -Infinity) return rounded;
  const spacing = spacingAt(Math.abs(rounded));
  // Below a power of two the numbers lie twice as dense.
  const isNormalPowerOfTwo = rounded > 2 ** MIN_EXPONENT && rounded === 2 ** exponentOf(rounded);
  const below = rounded - (isNormalPowerOfTwo ? spacing / 2 : spacing);
  return below < -LARGEST ? -Infinity : below;
}

/** Value of the 16 bits of a float16. */
export function float16FromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> MANTISSA_BITS) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}
