import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellOf } from '@prumo/agent/profile';
import { decisionBounds, decisionCells, layoutCounts, mergeToPartition } from '../../../src/domain/drift/cells.ts';
import { categoricalColumn, numericColumn, referenceOf, windowOf } from './statistics-golden.ts';

const numbers = fc.array(fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double({ min: -30, max: 30, noNaN: true })), {
  minLength: 1,
  maxLength: 300,
});

describe('decisionCells', () => {
  it('counts each row of a numeric field once, where its value lies', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(5), (reference, observed, missing) => {
        const field = referenceOf(numericColumn(reference), 'float64');
        const window = windowOf(field, numericColumn([...observed, ...new Array<null>(missing).fill(null)]));
        const cells = decisionCells(field, window);
        const bounds = decisionBounds(field);
        const expected = new Float64Array(bounds.length + 2);
        for (const value of observed) expected[cellOf({ kind: 'edges', bounds }, value)]! += 1;
        expected[bounds.length + 1] = missing;
        expect(cells.observed).toEqual(expected);
        expect(cells.keys[0]).toBe('below');
        expect(cells.keys.slice(-2)).toEqual(['above', 'missing']);
        expect([cells.reference[0], cells.reference.at(-2)]).toEqual([0, 0]);
        expect(cells.reference.reduce((a, b) => a + b)).toBe(reference.length);
      }),
    );
  });

  it('has a cell for each category, the unseen ones together, and the missing with the invalid', () => {
    const field = referenceOf(categoricalColumn({ b: 4, a: 2 }), 'string');
    const window = windowOf(field, categoricalColumn({ a: 3, x: 1, y: 2 }));
    expect(decisionCells(field, { ...window, missing: 5, invalid: 6 })).toEqual({
      keys: ['0', '1', 'unseen', 'missing'],
      reference: Float64Array.of(2, 4, 0, 0),
      observed: Float64Array.of(3, 0, 3, 11),
    });
  });

  it('refuses a profile in another layout', () => {
    const field = referenceOf(numericColumn([1, 2, 3]), 'float64');
    const other = referenceOf(numericColumn([1, 2]), 'float64');
    expect(() => layoutCounts(field, other.profile)).toThrow(/field is not in its layout/);
  });
});

describe('mergeToPartition', () => {
  it('adds up the cells between the bounds that stay', () => {
    expect([...mergeToPartition([1, 2, 3, 4], [1, 10, 100, 1000, 10_000], [2, 4])]).toEqual([11, 1100, 10_000]);
    expect([...mergeToPartition([1, 2], [1, 10, 100], [])]).toEqual([111]);
  });
});
