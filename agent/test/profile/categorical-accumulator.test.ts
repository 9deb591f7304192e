import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CategoricalAccumulator,
  type CategoricalData,
  createCategoricalAccumulator,
  type ElementType,
  OTHER_CATEGORY,
} from '../../src/profile/index.ts';
import { anyTexts, anyValue } from './arbitraries.ts';

function counts(accumulator: CategoricalAccumulator): Record<string, number> {
  return Object.fromEntries(accumulator.snapshot().counts);
}

describe('a categorical accumulator', () => {
  it('counts texts as they are', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const accumulator = createCategoricalAccumulator();
        for (const text of texts) accumulator.add(text);
        const { rows, counts: found } = accumulator.snapshot();
        expect(rows).toBe(texts.length);
        for (const text of texts) expect(found.get(text)).toBe(texts.filter((other) => other === text).length);
        expect(found.size).toBe(new Set(texts).size);
      }),
    );
  });

  it('writes integral numbers in decimal, others as String does', () => {
    const accumulator = createCategoricalAccumulator();
    for (const value of [42, -0, 0, -7, 0.5, 1e21, 2 ** 53, NaN, Infinity, -Infinity]) accumulator.addNumber(value);
    expect(counts(accumulator)).toEqual({
      '42': 1,
      '0': 2,
      '-7': 1,
      '0.5': 1,
      '1000000000000000000000': 1,
      '9007199254740992': 1,
    });
    expect(accumulator.snapshot()).toMatchObject({ rows: 10, missing: 1, invalid: 2 });
  });

  it('counts declared missing values, rows without a value and unusable ones apart', () => {
    const accumulator = createCategoricalAccumulator(undefined, { missing: ['', 'NA', '-1'] });
    for (const text of ['', 'NA', 'a', 'na']) accumulator.add(text);
    accumulator.addNumber(-1);
    accumulator.addMissing();
    accumulator.addMissing(3);
    accumulator.addInvalid();
    accumulator.addInvalid(2);
    expect(accumulator.snapshot()).toEqual({
      kind: 'categorical',
      rows: 12,
      missing: 7,
      invalid: 3,
      counts: new Map([
        ['a', 1],
        ['na', 1],
      ]),
    });
  });

  it('counts new texts above the limit as other, and goes on counting those it has', () => {
    const accumulator = createCategoricalAccumulator(undefined, { maxCategories: 2 });
    for (const text of ['a', 'b', 'c', 'a', 'd', 'b', 'c']) accumulator.add(text);
    expect(counts(accumulator)).toEqual({ a: 2, b: 2, [OTHER_CATEGORY]: 3 });
    expect(accumulator.take().rows).toBe(7);
    accumulator.add('c');
    expect(counts(accumulator)).toEqual({ c: 1 });
  });

  it('has 1000 categories by default', () => {
    const accumulator = createCategoricalAccumulator();
    for (let i = 0; i < 1500; i++) accumulator.addNumber(i);
    const { counts: found } = accumulator.snapshot();
    expect([found.size, found.get(OTHER_CATEGORY)]).toEqual([1001, 500]);
  });

  it('always counts the categories of its layout, even when they come late', () => {
    const layout = { kind: 'categories', categories: ['x', 'y'] } as const;
    const accumulator = createCategoricalAccumulator(layout, { maxCategories: 3 });
    for (const text of ['a', 'b', 'y', 'x']) accumulator.add(text);
    expect(counts(accumulator)).toEqual({ a: 1, [OTHER_CATEGORY]: 1, y: 1, x: 1 });
  });

  it('refuses a layout with a category twice, and a column that leaves its data', () => {
    const layout = { kind: 'categories', categories: ['a', 'b', 'a'] } as const;
    expect(() => createCategoricalAccumulator(layout)).toThrow(expect.objectContaining({ code: 'repeated-category' }));
    expect(() => createCategoricalAccumulator().addColumn(['a'], 0, 1, 2)).toThrow(RangeError);
  });

  it('gives profiles that later rows do not change', () => {
    const accumulator = createCategoricalAccumulator();
    accumulator.add('a');
    const [snapshot, taken] = [accumulator.snapshot(), accumulator.take()];
    accumulator.add('a');
    accumulator.add('b');
    expect([counts(accumulator), ...snapshot.counts, ...taken.counts]).toEqual([{ a: 1, b: 1 }, ['a', 1], ['a', 1]]);
  });
});

describe('a column', () => {
  const cases: readonly [string, ElementType | undefined, CategoricalData, Record<string, number>][] = [
    ['texts', 'string', ['a', 'b', 'a', '', null, undefined], { a: 2, b: 1, '': 1 }],
    ['booleans', 'bool', [true, false, true], { true: 2, false: 1 }],
    ['bool tensors', 'bool', Uint8Array.of(1, 0, 1), { true: 2, false: 1 }],
    ['bytes', 'uint8', Uint8Array.of(1, 0, 1), { '1': 2, '0': 1 }],
    ['int64', 'int64', BigInt64Array.of(5n, -(2n ** 63n), 5n), { '5': 2, '-9223372036854775808': 1 }],
    [
      'int64 around 2^53',
      'int64',
      BigInt64Array.of(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n),
      { '9007199254740991': 1, '9007199254740992': 1, '9007199254740993': 2, '-9007199254740993': 1 },
    ],
    ['uint64', 'uint64', BigUint64Array.of(2n ** 64n - 1n), { '18446744073709551615': 1 }],
    ['float32', 'float32', Float32Array.of(1, 0.5, -0), { '1': 1, '0.5': 1, '0': 1 }],
    ['float16 bits', 'float16', Uint16Array.of(0x3c00, 0x3800), { '1': 1, '0.5': 1 }],
    ['uint16', undefined, Uint16Array.of(0x3c00), { '15360': 1 }],
  ];

  it.each(cases)('of %s', (_, elementType, data, expected) => {
    const accumulator = createCategoricalAccumulator(undefined, elementType ? { elementType } : {});
    accumulator.addColumn(data, 0, 1, data.length);
    expect(counts(accumulator)).toEqual(expected);
    expect(accumulator.snapshot().rows).toBe(data.length);
  });

  it('is profiled as its elements one by one, at every start and stride', () => {
    const shape = fc.record({ rows: fc.integer({ min: 0, max: 20 }), width: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(shape, fc.infiniteStream(anyValue), ({ rows, width }, stream) => {
        const values = [...stream.take(rows * width)];
        const whole = Int32Array.from(values);
        for (let column = 0; column < width; column++) {
          for (const data of [
            Float64Array.from(values),
            Float32Array.from(values),
            whole,
            BigInt64Array.from(whole, BigInt),
          ]) {
            const [byColumn, byRow] = [createCategoricalAccumulator(), createCategoricalAccumulator()];
            byColumn.addColumn(data, column, width, rows);
            for (let row = 0; row < rows; row++) byRow.addNumber(Number(data[column + row * width]));
            expect(byColumn.snapshot()).toEqual(byRow.snapshot());
          }
        }
      }),
    );
  });
});
