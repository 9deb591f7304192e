import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentialBucketBounds, exponentialIndex, MAX_SCALE, MIN_SCALE, nextDown } from '../../src/profile/index.ts';
import { nextUp } from './reference-profile.ts';

const anyScale = fc.integer({ min: MIN_SCALE, max: MAX_SCALE });
const anyMagnitude = fc.oneof(
  fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0.5, max: 4, noNaN: true }),
  fc.integer({ min: -1074, max: 1023 }).map((e) => 2 ** e),
  fc.integer({ min: -1074, max: 1023 }).map((e) => nextUp(2 ** e)),
  fc.integer({ min: -1073, max: 1023 }).map((e) => nextDown(2 ** e)),
);

/** Exact, by integers: whether mantissa <= 2^(position / 2^scale), that is mantissa^(2^scale) <= 2^position. */
function isAtMostBoundary(mantissa: number, position: number, scale: number): boolean {
  const power = 2n ** BigInt(scale);
  return BigInt(mantissa * 2 ** 52) ** power <= 2n ** (BigInt(position) + 52n * power);
}

describe('exponentialIndex', () => {
  // From the mapping tests of the OpenTelemetry SDKs (exponent and logarithm mapping), for normal numbers.
  it.each([
    [0, Number.MAX_VALUE, 1023],
    [0, 2 ** 1023, 1022],
    [0, 4, 1],
    [0, 3, 1],
    [0, 2, 0],
    [0, 1.5, 0],
    [0, 1, -1],
    [0, 0.75, -1],
    [0, 0.51, -1],
    [0, 0.5, -2],
    [0, 0.26, -2],
    [0, 0.25, -3],
    [0, 0.126, -3],
    [0, 0.125, -4],
    [0, 2 ** -1022, -1023],
    [-1, 17, 2],
    [-1, 16, 1],
    [-1, 15, 1],
    [-1, 4, 0],
    [-1, 3, 0],
    [-1, 1, -1],
    [-1, 0.25, -2],
    [-1, 0.06, -3],
    [-4, 0x8000, 0],
    [-4, 0x10000, 0],
    [-4, 0x10001, 1],
    [-4, 1 / 0x10000, -2],
    [-10, Number.MAX_VALUE, 0],
    [1, 15, 7],
    [1, 9, 6],
    [1, 7, 5],
    [1, 5, 4],
    [1, 3, 3],
    [1, 2.5, 2],
    [1, 1.5, 1],
    [1, 1.2, 0],
    [1, 1, -1],
    [1, 0.75, -1],
    [1, 0.55, -2],
    [1, 0.45, -3],
    [20, Number.MAX_VALUE, 2 ** 30 - 1],
    [20, 2 ** -1022, -1022 * 2 ** 20 - 1],
  ])('at scale %d the value %d has index %d', (scale, value, index) => {
    expect(exponentialIndex(value, scale)).toBe(index);
  });

  it('is exact at every power of two, subnormal ones too, at every scale', () => {
    for (let scale = MIN_SCALE; scale <= MAX_SCALE; scale++) {
      for (let exponent = -1074; exponent <= 1023; exponent++) {
        const expected = scale >= 0 ? exponent * 2 ** scale - 1 : Math.ceil(exponent / 2 ** -scale) - 1;
        if (exponentialIndex(2 ** exponent, scale) !== expected) expect([scale, exponent]).toBe('mapped exactly');
      }
    }
  });

  it('is exact next to every boundary inside an octave, checked with whole numbers', () => {
    for (const [scale, step] of [
      [1, 1],
      [3, 1],
      [6, 1],
      [8, 5],
      [10, 61],
      [11, 311],
    ] as const) {
      for (let position = 1; position < 2 ** scale; position += step) {
        const { low } = exponentialBucketBounds(position, scale);
        expect(isAtMostBoundary(low, position, scale)).toBe(true);
        expect(isAtMostBoundary(nextUp(low), position, scale)).toBe(false);
        expect(exponentialIndex(low, scale)).toBe(position - 1);
        expect(exponentialIndex(nextUp(low), scale)).toBe(position);
      }
    }
  });

  it('joins pairs of buckets from scale to scale', () => {
    fc.assert(
      fc.property(anyMagnitude, anyScale, (value, scale) => {
        if (scale > MIN_SCALE) expect(exponentialIndex(value, scale - 1)).toBe(exponentialIndex(value, scale) >> 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('never falls as the value rises', () => {
    fc.assert(
      fc.property(anyMagnitude, anyMagnitude, anyScale, (a, b, scale) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(exponentialIndex(low, scale)).toBeLessThanOrEqual(exponentialIndex(high, scale));
      }),
    );
  });
});

describe('exponentialBucketBounds', () => {
  it('holds exactly the values of the bucket: low < value <= high', () => {
    fc.assert(
      fc.property(anyMagnitude, anyScale, (value, scale) => {
        const index = exponentialIndex(value, scale);
        const { low, high } = exponentialBucketBounds(index, scale);
        expect(low).toBeLessThan(value);
        expect(value).toBeLessThanOrEqual(high);
        expect(exponentialIndex(nextUp(low), scale)).toBe(index);
        if (low > 0) expect(exponentialIndex(low, scale)).toBeLessThan(index);
        if (high < Infinity) expect(exponentialIndex(high, scale)).toBe(index);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the formula', () => {
    for (const scale of [-2, 0, 1, 5, 12, 20]) {
      for (const index of [-200, -7, -1, 0, 1, 5, 199]) {
        const base = 2 ** (2 ** -scale);
        expect(exponentialBucketBounds(index, scale).low / base ** index).toBeCloseTo(1, 12);
        expect(exponentialBucketBounds(index, scale).high / base ** (index + 1)).toBeCloseTo(1, 12);
      }
    }
  });

  it('ends at 0 and infinity', () => {
    expect(exponentialBucketBounds(0, -11)).toEqual({ low: 1, high: Infinity });
    expect(exponentialBucketBounds(-1, -11)).toEqual({ low: 0, high: 1 });
  });
});
