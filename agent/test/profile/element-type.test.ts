import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ElementType, nextDown, roundToElementType } from '../../src/profile/index.ts';
import { float16FromBits } from '../../src/profile/float16.ts';
import { anyValue } from './arbitraries.ts';
import { nextUp, storedAs } from './reference-profile.ts';

const FLOATS = ['float16', 'float32', 'float64'] as const;
const INTEGERS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'] as const;
const anyBits16 = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

describe('roundToElementType', () => {
  it.each(FLOATS)('rounds to %s as storing does', (type) => {
    fc.assert(
      fc.property(anyValue, (v) => {
        expect(roundToElementType(type, v)).toBe(storedAs(type, v));
      }),
    );
  });

  it('rounds to float16 as the engine does halfway between all its numbers, and next to halfway', () => {
    for (const bits of anyBits16) {
      const low = float16FromBits(bits);
      const halfway = (low + float16FromBits(Math.min(bits + 1, 65535))) / 2;
      for (const v of [halfway, nextDown(halfway), nextUp(halfway)]) {
        if (!Object.is(roundToElementType('float16', v), Math.f16round(v)))
          expect(v).toBe('rounded as the engine does');
      }
    }
  });

  it.each(INTEGERS)('truncates toward zero for %s', (type) => {
    expect([2.9, -2.9, 300.5, -0.5, NaN, Infinity].map((v) => roundToElementType(type, v))).toEqual([
      2,
      -2,
      300,
      -0,
      NaN,
      Infinity,
    ]);
  });

  it('leaves float64, 64-bit integers and text alone, and makes bool 0 or 1', () => {
    for (const type of ['float64', 'int64', 'uint64', 'string'] as const)
      expect(roundToElementType(type, 2.9)).toBe(2.9);
    expect([0, -0, 0.1, -3, Infinity, NaN].map((v) => roundToElementType('bool', v))).toEqual([0, 0, 1, 1, 1, NaN]);
  });
});

describe('float16FromBits', () => {
  it('reads all 65,536 patterns as Float16Array does', () => {
    const expected = Float64Array.from(new Float16Array(anyBits16.buffer));
    expect(Float64Array.from(anyBits16, float16FromBits)).toEqual(expected);
  });
});

describe('nextDown', () => {
  it.each(FLOATS)('gives the greatest smaller %s', (type) => {
    fc.assert(
      fc.property(anyValue, (v) => {
        const below = nextDown(v, type);
        if (Number.isNaN(v) || v === -Infinity) {
          expect(below).toBe(v);
          return;
        }
        expect(below).toBeLessThan(v);
        expect(roundToElementType(type, below)).toBe(below);
        // No number of the type lies between.
        expect(nextUp(below, type)).toBeGreaterThanOrEqual(v);
      }),
    );
  });

  it('steps through all float16 numbers in order', () => {
    const all = [...new Set([...new Float16Array(anyBits16.buffer)].filter((v) => !Number.isNaN(v)))].sort(
      (a, b) => a - b,
    );
    for (const [i, v] of all.entries()) {
      if (i > 0 && nextDown(v, 'float16') !== all[i - 1]) expect(nextDown(v, 'float16')).toBe(all[i - 1]);
    }
    expect(all).toHaveLength(63489);
  });

  it.each([
    [1, 'float64', 1 - 2 ** -53],
    [1, 'float32', 1 - 2 ** -24],
    [1, 'float16', 1 - 2 ** -11],
    [0.1, 'float32', 0.09999999403953552],
    [0, 'float32', -(2 ** -149)],
    [0, 'float64', -5e-324],
    [Infinity, 'float32', 3.4028234663852886e38],
    [18, 'int32', 17],
    [17.5, 'int32', 17],
    [-1.5, 'int8', -2],
    [0, 'uint8', -1],
    [2 ** 60, 'int64', 2 ** 60 - 128],
    [1, 'bool', 0],
  ] satisfies [number, ElementType, number][])('nextDown(%d, %s) is %d', (value, type, expected) => {
    expect(nextDown(value, type)).toBe(expected);
  });

  it('turns [a, b) into a cell: v < a exactly if v <= nextDown(a)', () => {
    fc.assert(
      fc.property(anyValue, anyValue, fc.constantFrom(...FLOATS), (a, value, type) => {
        const v = roundToElementType(type, value);
        if (!Number.isNaN(a)) expect(v <= nextDown(a, type)).toBe(v < a || (v === a && a === -Infinity));
      }),
    );
  });
});
