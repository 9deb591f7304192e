/** Exponent of the smallest normal double. */
export const MIN_NORMAL_EXPONENT = -1022;
const MIN_NORMAL = 2 ** MIN_NORMAL_EXPONENT;

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
const longs = new BigInt64Array(scratch.buffer);
/** Which of the two words of a double holds its sign and exponent. */
export const HIGH_WORD = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Floor of log2 of a positive finite number, exact, subnormals included. */
export function exponentOf(value: number): number {
  scratch[0] = value;
  const biased = ((words[HIGH_WORD] as number) >>> 20) & 0x7ff;
  return biased === 0 ? exponentOf(value * 2 ** 54) - 54 : biased - 1023;
}

/** The m in [1, 2) with `value = m * 2^exponentOf(value)`, of a positive finite number. */
export function mantissaOf(value: number): number {
  const normal = value < MIN_NORMAL ? value * 2 ** 54 : value;
  scratch[0] = normal;
  words[HIGH_WORD] = ((words[HIGH_WORD] as number) & 0xfffff) | 0x3ff00000;
  return scratch[0];
}

/** The next smaller double. -inf and NaN stay. */
export function nextDownDouble(value: number): number {
  if (Number.isNaN(value) || value === -Infinity) return value;
  if (value === 0) return -Number.MIN_VALUE;
  scratch[0] = value;
  longs[0] = (longs[0] as bigint) + (value > 0 ? -1n : 1n);
  return scratch[0];
}

/** The upper half of a double as an integer that never falls as the value rises. -0 counts as 0; NaN has no place. */
export function orderedBits(value: number): number {
  scratch[0] = value;
  const bits = (words[HIGH_WORD] as number) | 0;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}
