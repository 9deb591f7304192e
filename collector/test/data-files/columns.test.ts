import fc from 'fast-check';
import { createCategoricalAccumulator } from '@prumo/agent/profile';
import { describe, expect, test } from 'vitest';
import { createNumberReader, createTextReader, INVALID_CATEGORY } from '../../src/data-files/columns.ts';
import { readTimeMs } from '../../src/data-files/read-time.ts';

describe('numeric cells', () => {
  const read = createNumberReader({ type: 'numeric', elementType: 'float64', missing: ['NA', -999] });

  test('text, numbers and booleans', () => {
    expect(['1', ' 2.5 ', '-3e2', '.5', '7.', 'True', false, 12n].map(read)).toEqual([1, 2.5, -300, 0.5, 7, 1, 0, 12]);
  });

  test('missing is NaN; a declared number stays for the model', () => {
    expect([null, 'nan', 'NA', ' '].map(read)).toEqual([NaN, NaN, NaN, NaN]);
    expect(read('-999')).toBe(-999);
  });

  test('what is no number is infinite, so invalid', () => {
    expect(['abc', '0x10', '1,000', 'Infinity', '1e999', 'N/A'].map((cell) => Number.isFinite(read(cell)))).toEqual(
      Array(6).fill(false),
    );
  });

  test('any double survives its text', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => read(String(x)) === x));
  });

  test('values are those of the tensor', () => {
    const as = (elementType: 'float32' | 'int64' | 'bool') =>
      createNumberReader({ type: 'numeric', elementType, missing: [] });
    expect(as('float32')('0.1')).toBe(Math.fround(0.1));
    expect(as('int64')('2.9')).toBe(2);
    expect(as('bool')('7')).toBe(1);
  });
});

describe('categorical cells', () => {
  const read = (
    elementType: 'int64' | 'bool' | 'float32' | 'string',
    cell: string | number | bigint | boolean | null,
  ) => createTextReader({ type: 'categorical', elementType, missing: [] })(cell);

  test('text is as it is', () => {
    expect([read('string', '1.0'), read('string', ' a '), read('string', true), read('string', null)]).toEqual([
      '1.0',
      ' a ',
      'true',
      null,
    ]);
  });

  test('numbers read as their tensor writes them', () => {
    expect([read('int64', '1.0'), read('int64', 3), read('int64', '12345678901234567890')]).toEqual([
      '1',
      '3',
      '12345678901234567890',
    ]);
    expect(['True', '1', 'false', 0].map((cell) => read('bool', cell))).toEqual(['true', 'true', 'false', 'false']);
    expect(read('int64', 'abc')).toBe(INVALID_CATEGORY);
  });

  test('the same text as a profiled tensor', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const tensor = createCategoricalAccumulator(undefined, { elementType: 'float32' });
        tensor.addColumn(Float32Array.of(x), 0, 1, 1);
        return tensor.snapshot().counts.has(String(read('float32', String(x))));
      }),
    );
  });
});

test('times: ISO 8601 with and without zone, seconds, milliseconds', () => {
  const noon = Date.UTC(2026, 0, 31, 12);
  const cells = ['2026-01-31T12:00:00Z', '2026-01-31 12:00:00', '2026-01-31T13:00:00.000+01:00', '2026-01-31 13:00+01'];
  expect(cells.map(readTimeMs)).toEqual(cells.map(() => noon));
  expect([noon, noon / 1000, String(noon), BigInt(noon), new Date(noon)].map(readTimeMs)).toEqual(Array(5).fill(noon));
  expect(readTimeMs('2026-01-31')).toBe(Date.UTC(2026, 0, 31));
  expect([readTimeMs('31/01/2026'), readTimeMs(''), readTimeMs('soon'), readTimeMs(null)]).toEqual([
    NaN,
    NaN,
    NaN,
    NaN,
  ]);
});
