import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellOf,
  createNumericAccumulator,
  defaultExponentialLayout,
  type EdgesHistogram,
  type EdgesLayout,
  type ElementType,
  LayoutError,
  type NumericData,
  roundToElementType,
} from '../../src/profile/index.ts';
import { anyEdges, anyExponential, anyValue, anyValues } from './arbitraries.ts';
import { expectSame, nextUp, referenceProfile, sumTolerance } from './reference-profile.ts';

const edges: EdgesLayout = { kind: 'edges', bounds: [-1, 0, 1, 5] };

describe('a numeric accumulator', () => {
  it('profiles as the reference does', () => {
    const missingValues = fc.array(anyValue, { maxLength: 2 });
    fc.assert(
      fc.property(anyEdges, anyValues, missingValues, (layout, values, missing) => {
        const accumulator = createNumericAccumulator(layout, { missing });
        for (const value of values) accumulator.add(value);
        expectSame(accumulator.snapshot(), referenceProfile(values, layout, missing), sumTolerance(values));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the cell that bisection finds, at and next to every bound and far outside', () => {
    fc.assert(
      fc.property(anyEdges, anyValues, (layout, others) => {
        const values = layout.bounds
          .flatMap((b) => [b, nextUp(b), -nextUp(-b)])
          .concat(others)
          .filter(Number.isFinite);
        const expected = new Float64Array(layout.bounds.length + 1);
        for (const value of values) expected[cellOf(layout, value)]!++;
        const accumulator = createNumericAccumulator(layout);
        accumulator.addColumn(Float64Array.from(values), 0, 1, values.length);
        expect([...(accumulator.snapshot().histogram as EdgesHistogram).counts].join()).toBe(expected.join());
      }),
      { numRuns: 1000 },
    );
  });

  it('counts missing, invalid and usable rows apart', () => {
    const accumulator = createNumericAccumulator(edges, { missing: [-999] });
    for (const value of [NaN, -999, Infinity, -Infinity, 3, -0]) accumulator.add(value);
    accumulator.addMissing();
    accumulator.addMissing(2);
    accumulator.addInvalid();
    accumulator.addInvalid(4);
    expect(accumulator.snapshot()).toEqual({
      kind: 'numeric',
      rows: 14,
      missing: 5,
      invalid: 7,
      moments: { count: 2, sum: 3, min: 0, max: 3 },
      histogram: { layout: edges, counts: Float64Array.of(0, 1, 0, 1, 0) },
    });
  });

  it('rounds values and declared missing values to the element type', () => {
    const float32 = createNumericAccumulator(edges, { elementType: 'float32', missing: [-999.1] });
    float32.add(-999.1);
    float32.add(Math.fround(-999.1));
    float32.add(1e39);
    float32.add(0.1);
    expect(float32.snapshot()).toMatchObject({ missing: 2, invalid: 1, moments: { count: 1, sum: Math.fround(0.1) } });
    const int8 = createNumericAccumulator(edges, { elementType: 'int8' });
    for (const value of [2.9, -2.9, -0.5]) int8.add(value);
    expect(int8.snapshot().moments).toEqual({ count: 3, sum: 0, min: -2, max: 2 });
    expect(Object.is(createTaken([-0.5, -0], 'int8').moments.min, 0)).toBe(true);
  });

  it('starts again after take, and earlier profiles stay as they were', () => {
    fc.assert(
      fc.property(fc.oneof(anyEdges, anyExponential), anyValues, anyValues, (layout, first, second) => {
        const accumulator = createNumericAccumulator(layout);
        for (const value of first) accumulator.add(value);
        const before = accumulator.snapshot();
        const taken = accumulator.take();
        for (const value of second) accumulator.add(value);
        const fresh = createNumericAccumulator(layout);
        for (const value of second) fresh.add(value);
        expect(accumulator.snapshot()).toEqual(fresh.snapshot());
        expect(taken).toEqual(before);
      }),
    );
  });

  it('refuses a column that leaves its data, and counts nothing of it', () => {
    const accumulator = createNumericAccumulator(edges);
    const data = new Float64Array(6);
    for (const [start, stride, rows] of [
      [0, 2, 4],
      [1, 3, 3],
      [6, 1, 1],
      [-1, 1, 2],
      [5, -1, 2],
      [NaN, 1, 1],
    ] as const) {
      expect(() => accumulator.addColumn(data, start, stride, rows)).toThrow(RangeError);
    }
    accumulator.addColumn(data, 6, 1, 0);
    expect(accumulator.snapshot().rows).toBe(0);
    accumulator.addColumn(data, 1, 2, 3);
    expect(accumulator.snapshot().rows).toBe(3);
  });

  it('refuses layouts that cannot be used', () => {
    expect(() => createNumericAccumulator({ kind: 'edges', bounds: [2, 1] })).toThrow(LayoutError);
    const layout = { ...defaultExponentialLayout, maxBuckets: 1 };
    expect(() => createNumericAccumulator(layout)).toThrow(expect.objectContaining({ code: 'bad-bucket-limit' }));
    const scale = { ...defaultExponentialLayout, maxScale: 21 };
    expect(() => createNumericAccumulator(scale)).toThrow(expect.objectContaining({ code: 'bad-scale' }));
  });
});

function createTaken(values: readonly number[], elementType: ElementType) {
  const accumulator = createNumericAccumulator(defaultExponentialLayout, { elementType });
  for (const value of values) accumulator.add(value);
  return accumulator.take();
}

/** Data as a session returns it: each element type in the array, or arrays, that carry it. */
const CARRIERS: readonly [ElementType, string, (values: readonly number[]) => NumericData][] = [
  ['float16', 'Float16Array', (v) => Float16Array.from(v)],
  ['float16', 'Uint16Array of bits', (v) => new Uint16Array(Float16Array.from(v).buffer)],
  ['float16', 'Float64Array', (v) => Float64Array.from(v)],
  ['float32', 'Float32Array', (v) => Float32Array.from(v)],
  ['float32', 'Float64Array', (v) => Float64Array.from(v)],
  ['float32', 'Int32Array', (v) => Int32Array.from(v)],
  ['float64', 'Float64Array', (v) => Float64Array.from(v)],
  ['float64', 'Float32Array', (v) => Float32Array.from(v)],
  ['int8', 'Int8Array', (v) => Int8Array.from(v)],
  ['int8', 'Float32Array', (v) => Float32Array.from(v)],
  ['uint8', 'Uint8Array', (v) => Uint8Array.from(v)],
  ['uint8', 'Uint8ClampedArray', (v) => Uint8ClampedArray.from(v)],
  ['int16', 'Int16Array', (v) => Int16Array.from(v)],
  ['uint16', 'Uint16Array', (v) => Uint16Array.from(v)],
  ['int32', 'Int32Array', (v) => Int32Array.from(v)],
  ['uint32', 'Uint32Array', (v) => Uint32Array.from(v)],
  ['int64', 'BigInt64Array', (v) => BigInt64Array.from(v, toBigInt)],
  ['uint64', 'BigUint64Array', (v) => BigUint64Array.from(v, toBigInt)],
  ['int64', 'Int32Array', (v) => Int32Array.from(v)],
  ['bool', 'Uint8Array', (v) => Uint8Array.from(v)],
];

function toBigInt(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 7n;
}

function elementOf(data: NumericData, type: ElementType, at: number): number {
  const isBits = type === 'float16' && data instanceof Uint16Array;
  return isBits ? new Float16Array(data.buffer)[at]! : Number(data[at]);
}

describe.each(CARRIERS)('a column of %s in %s', (elementType, _, makeData) => {
  const shape = fc.record({ rows: fc.integer({ min: 0, max: 40 }), width: fc.integer({ min: 1, max: 5 }) });

  it('is profiled as its elements one by one, at every start and stride', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyEdges, anyExponential),
        shape,
        fc.infiniteStream(anyValue),
        (layout, { rows, width }, values) => {
          const data = makeData([...values.take(rows * width)]);
          for (let column = 0; column < width; column++) {
            const options = { elementType, missing: [3] };
            const byColumn = createNumericAccumulator(layout, options);
            const byRow = createNumericAccumulator(layout, options);
            byColumn.addColumn(data, column, width, rows);
            const elements = Array.from({ length: rows }, (_, row) =>
              elementOf(data, elementType, column + row * width),
            );
            for (const element of elements) byRow.add(element);
            const rounded = elements.map((v) => roundToElementType(elementType, v));
            expectSame(byColumn.snapshot(), byRow.snapshot(), sumTolerance(rounded));
          }
        },
      ),
    );
  });

  it('is read whole when it is longer than one block', () => {
    const data = makeData(Array.from({ length: 3 * 1000 }, (_, i) => i % 100));
    const accumulator = createNumericAccumulator(edges, { elementType });
    accumulator.addColumn(data, 1, 3, 1000);
    const elements = Array.from({ length: 1000 }, (_, row) => elementOf(data, elementType, 1 + row * 3));
    expect(accumulator.snapshot()).toEqual(
      referenceProfile(
        elements.map((v) => roundToElementType(elementType, v)),
        edges,
      ),
    );
  });
});

describe('64-bit integers', () => {
  it('beyond 2^53 are rounded as Number() rounds them', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        const signed = createNumericAccumulator(edges, { elementType: 'int64' });
        signed.addColumn(BigInt64Array.of(n), 0, 1, 1);
        expect(signed.snapshot().moments.sum).toBe(Number(n));
        const unsigned = createNumericAccumulator(edges, { elementType: 'uint64' });
        unsigned.addColumn(BigUint64Array.of(n), 0, 1, 1);
        expect(unsigned.snapshot().moments.max).toBe(Number(BigInt.asUintN(64, n)));
      }),
    );
  });

  it('are read from a view into a larger buffer', () => {
    const view = new BigInt64Array(BigInt64Array.of(1n, -2n, 3n, -(2n ** 40n)).buffer, 8, 3);
    const accumulator = createNumericAccumulator(edges, { elementType: 'int64' });
    accumulator.addColumn(view, 0, 1, 3);
    expect(accumulator.snapshot().moments).toEqual({ count: 3, sum: 1 - 2 ** 40, min: -(2 ** 40), max: 3 });
  });
});
