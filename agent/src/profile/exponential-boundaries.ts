/** Bits behind the point of the fixed-point numbers below: far more than the 52 that decide. */
const FRACTION_BITS = 128n;

/** `2^(2^-k)` for k = 0 to 20, in fixed point. */
const ROOTS = rootsOfTwo(20);

/**
 * Greatest double that is not above `2^(position / 2^scale)`, for `0 <= position <= 2^scale` and `0 <= scale <= 20`.
 *
 * Between powers of two a boundary is irrational. So a double is above it exactly if it is above this one.
 */
export function boundaryBetween(position: number, scale: number): number {
  return scale <= TABLE_SCALE ? BOUNDARIES[position << (TABLE_SCALE - scale)]! : toDouble(boundary(position, scale));
}

/** Scale of the table; those of lower scales are every second, fourth ... one of it. */
export const TABLE_SCALE = 10;

/** `BOUNDARIES[i]` is the greatest double not above `2^(i / 1024)`. */
export const BOUNDARIES = Float64Array.from({ length: 2 ** TABLE_SCALE + 1 }, (_, i) =>
  toDouble(boundary(i, TABLE_SCALE)),
);

/** In fixed point: the product of one root per bit of the position. */
function boundary(position: number, scale: number): bigint {
  let product = 1n << FRACTION_BITS;
  for (let k = 0; k <= scale; k++) {
    if ((position >> (scale - k)) & 1) product = (product * ROOTS[k]!) >> FRACTION_BITS;
  }
  return product;
}

function rootsOfTwo(last: number): readonly bigint[] {
  const roots = [2n << FRACTION_BITS];
  for (let k = 1; k <= last; k++) roots.push(squareRoot(roots[k - 1]! << FRACTION_BITS));
  return roots;
}

/** Floor of the square root, by Newton's method from above. */
function squareRoot(value: bigint): bigint {
  let root = value;
  let next = 1n << BigInt((value.toString(2).length / 2 + 1) | 0);
  while (next < root) {
    root = next;
    next = (root + value / root) >> 1n;
  }
  return root;
}

/** Cut off (not rounded) to the 53 bits of a double in [1, 2]. */
function toDouble(fixed: bigint): number {
  return Number(fixed >> (FRACTION_BITS - 52n)) / 2 ** 52;
}
