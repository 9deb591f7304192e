import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createNumericAccumulator,
  decodeProfile,
  mergeProfiles,
  profilesEqual,
  roundToElementType,
} from '@prumo/agent/profile';
import { decisionKeys } from '../../../src/domain/drift/cells.ts';
import { adoptLayout } from '../../../src/domain/drift/reference-building/adopt-layout.ts';
import { associationResponse } from '../../../src/domain/drift/reference-building/association-response.ts';
import { buildReferenceField } from '../../../src/domain/drift/reference-building/build-reference-field.ts';
import type { ReferenceColumn } from '../../../src/domain/drift/reference-building/reference-column.ts';
import { warnOfRepeatedRows } from '../../../src/domain/drift/reference-building/reference-warnings.ts';
import { categoricalColumn, numericColumn, referenceOf } from './statistics-golden.ts';

const base = { name: 'income', role: 'input', elementType: 'float64' } as const;

describe('buildReferenceField', () => {
  it('has chunks that merge to the whole', () => {
    const number = fc.oneof(fc.double({ min: -1e6, max: 1e6 }), fc.constantFrom(-999, Infinity, 0));
    fc.assert(
      fc.property(fc.array(fc.array(number, { maxLength: 30 }), { minLength: 1, maxLength: 5 }), (parts) => {
        const values = Float64Array.from(parts.flat());
        const chunkRows = parts.map((part) => part.length);
        const { field } = buildReferenceField({
          ...base,
          column: { type: 'numeric', values },
          chunkRows,
          options: { missing: [-999] },
        });
        const whole = decodeProfile(field.profile);
        const merged = field.chunks.map(decodeProfile).reduce(mergeProfiles);
        expect(profilesEqual(merged, whole, 1e-3)).toBe(true);
        expect(whole.rows).toBe(values.length);
        expect(whole.missing).toBe(values.filter((value) => Number.isNaN(value) || value === -999).length);
      }),
    );
  });

  it('counts the very cells that a live accumulator counts', () => {
    const values = Float64Array.from({ length: 3000 }, (_, i) => roundToElementType('float32', Math.sin(i) * 10));
    const { field } = buildReferenceField({
      ...base,
      elementType: 'float32',
      column: { type: 'numeric', values },
      chunkRows: [3000],
    });
    if (field.layout.kind !== 'edges') throw new Error('edges are expected');
    const live = createNumericAccumulator(field.layout, { elementType: 'float32' });
    live.addColumn(Float32Array.from(values), 0, 1, 3000);
    expect(profilesEqual(live.take(), decodeProfile(field.profile), 1e-6)).toBe(true);
  });

  it('counts missing, declared missing, unusable and unseen categories', () => {
    const values = ['a', 'b', 'a', null, 'n/a', Symbol('not a text')];
    const { field } = buildReferenceField({
      ...base,
      elementType: 'string',
      column: { type: 'categorical', values },
      chunkRows: [6],
      options: { missing: ['n/a'] },
    });
    expect(field.layout).toEqual({ kind: 'categories', categories: ['a', 'b'] });
    expect(field.profile).toMatchObject({
      rows: 6,
      missing: 2,
      invalid: 1,
      counts: [
        ['a', 2],
        ['b', 1],
      ],
    });
    expect(decisionKeys(field)).toEqual(['0', '1', 'unseen', 'missing']);
  });

  it('refuses chunks that are not all rows', () => {
    const column = numericColumn([1, 2, 3]);
    expect(() => buildReferenceField({ ...base, column, chunkRows: [2] })).toThrow(/chunks of 2 rows in all, but 3/);
  });

  it('keeps an adopted layout, and refuses one of the other type', () => {
    const first = referenceOf(numericColumn([1, 2, 3, 4]), 'float64');
    const second = referenceOf(numericColumn([2, 2.5, 9]), 'float64', [3], { layout: adoptLayout(first) });
    expect(second.layout).toEqual(first.layout);
    expect(first.partitions!.distinct).toBe(true);
    expect(second.partitions!.distinct).toBe(false);
    expect(() => referenceOf(categoricalColumn({ a: 1 }), 'string', [1], { layout: adoptLayout(first) })).toThrow(
      RangeError,
    );
  });

  it('survives a column without a value', () => {
    const { field, warnings } = buildReferenceField({
      ...base,
      column: numericColumn([null, null]),
      chunkRows: [1, 1],
    });
    expect(field.moments).toBeUndefined();
    expect(decisionKeys(field)).toEqual(['above', 'missing']);
    expect(warnings).toEqual(['income: no row has a value']);
  });
});

describe('warnings of a reference', () => {
  const noise = Array.from({ length: 2000 }, (_, i) => (i * 7919) % 1009);
  const warningsOf = (column: ReferenceColumn, options = {}): readonly string[] =>
    buildReferenceField({ ...base, column, chunkRows: [1000, column.values.length - 1000], options }).warnings;

  it('are none for a calm column', () => {
    expect(warningsOf(numericColumn(noise), { bounds: { min: 0, max: 1008 } })).toEqual([]);
  });

  it('name a constant, a frozen run, values out of bounds and a chunk far from the rest', () => {
    expect(warningsOf(numericColumn(noise.map(() => 4)))).toEqual(['income: every value is 4']);
    const frozen = noise.map((value, i) => (i >= 300 && i < 500 ? 77 : value));
    expect(warningsOf(numericColumn(frozen)).join()).toMatch(/the same value, 77, in 20[01] rows/);
    expect(warningsOf(numericColumn(noise), { bounds: { min: 1, max: 1000 } })).toHaveLength(2);
    const shifted = noise.map((value, i) => (i < 1000 ? value : value + 700));
    expect(warningsOf(numericColumn(shifted)).join()).toMatch(/chunk 1 of 2 is far from the rest/);
  });

  it('name rows that repeat the row before them', () => {
    const other = numericColumn(noise.map((value) => (value * 31) % 17));
    expect(warnOfRepeatedRows([numericColumn(noise), other])).toEqual([]);
    const stuck = (values: readonly number[]): ReferenceColumn =>
      numericColumn(values.map((_, i) => values[i - (i % 2)]!));
    expect(warnOfRepeatedRows([stuck(noise), stuck(noise.toReversed())])[0]).toMatch(/^1000 of 2000 rows equal/);
  });
});

describe('associationResponse', () => {
  it('is the mean score of the rows of each decision cell', () => {
    const column = numericColumn([0, 0, 1, 1, 1, null]);
    const field = referenceOf(column, 'float64');
    const response = associationResponse(field, column, Float64Array.of(0.1, 0.3, 0.5, NaN, 0.9, 0.8));
    const values = Object.fromEntries(
      Object.entries(response.cells).map(([key, mean]) => [key, Number(mean.toFixed(9))]),
    );
    expect(response.method).toBe('association');
    expect(Object.values(values)).toEqual([0.2, 0.7, 0.8]);
    expect(values['missing']).toBe(0.8);
  });

  it('knows unseen categories', () => {
    const field = referenceOf(categoricalColumn({ a: 1, b: 1 }), 'string');
    const column: ReferenceColumn = { type: 'categorical', values: ['b', 'new', 'none'] };
    const { cells } = associationResponse(field, column, Float64Array.of(1, 2, 3), ['none']);
    expect(cells).toEqual({ 1: 1, unseen: 2, missing: 3 });
  });
});
