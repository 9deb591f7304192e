import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellOf, type ElementType, nextDown, roundToElementType } from '@prumo/agent/profile';
import { layoutCounts, mergeToPartition } from '../../../src/domain/drift/cells.ts';
import { chooseCategories, chooseNumericLayout } from '../../../src/domain/drift/layout-choice.ts';
import { sortUnique } from '../../../src/domain/drift/layout/decile-bounds.ts';
import { computeDoaneEdges } from '../../../src/domain/drift/layout/doane-edges.ts';
import { quantileOf } from '../../../src/domain/drift/layout/quantile.ts';
import { golden, numericColumn, referenceOf } from './statistics-golden.ts';

describe.each(golden.numeric)('layout of "$name" against numpy', ({ elementType, reference, expected }) => {
  const column = numericColumn(reference);
  const sorted = Float64Array.from(reference.filter((value) => value !== null)).sort();
  const field = referenceOf(column, elementType);
  const bounds = field.layout.kind === 'edges' ? field.layout.bounds : [];
  const { counts } = layoutCounts(field, field.profile);

  it("has Doane's edges", () => {
    const edges = computeDoaneEdges(sorted)!;
    expect(edges).toHaveLength(expected.doaneEdges.length);
    edges.forEach((edge, i) => expect(edge).toBe(expected.doaneEdges[i]));
  });

  it("counts Doane's bins as numpy.histogram does", () => {
    const merged = mergeToPartition(bounds, counts, field.partitions!.doane!);
    // Between two integers there may be bins that hold none; the layout has no cells for them.
    const filled = (counts: Iterable<number>): number[] => [...counts].filter((rows) => rows > 0);
    expect(filled([...merged].slice(1, -1))).toEqual(filled(expected.doaneCounts));
  });

  it('has the deciles, and counts [a, b) between them', () => {
    expected.deciles.forEach((decile, i) => expect(quantileOf(sorted, (i + 1) / 10)).toBe(decile));
    const partition = sortUnique(expected.decileEdges.map((edge) => nextDown(edge, elementType)));
    expect(field.partitions!.deciles).toEqual(expect.arrayContaining(partition));
    expect([...mergeToPartition(bounds, counts, partition)]).toEqual(expected.decileCounts);
  });

  it('has the moments', () => {
    expect(field.moments!.mean).toBeCloseTo(expected.mean, 12);
    expect(field.moments!.std).toBeCloseTo(expected.std, 12);
  });
});

const elementTypes = fc.constantFrom<ElementType>('float64', 'float32', 'float16', 'int32', 'uint8');
const columns = elementTypes.chain((elementType) => {
  const number = elementType === 'uint8' ? fc.nat(255) : fc.double({ min: -6e4, max: 6e4, noNaN: true });
  const values = fc.oneof(
    fc.array(number, { maxLength: 400 }),
    fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 200 }),
    fc
      .array(number, { minLength: 1, maxLength: 6 })
      .chain((few) => fc.array(fc.constantFrom(...few), { maxLength: 99 })),
  );
  return values.map((list) => ({
    elementType,
    values: Float64Array.from(list, (value) => roundToElementType(elementType, value) + 0).filter(Number.isFinite),
  }));
});

describe('chooseNumericLayout', () => {
  it('refines every partition, and nothing of the reference lies outside', () => {
    fc.assert(
      fc.property(columns, fc.double({ min: -10, max: 10, noNaN: true }), ({ elementType, values }, threshold) => {
        const options = { elementType, bounds: { min: -5, max: 8 }, thresholds: [threshold] };
        const { layout, partitions } = chooseNumericLayout(values, options);
        const bounds = new Set(layout.bounds);
        expect(layout.bounds).toEqual(sortUnique(layout.bounds));
        for (const bound of [...partitions.deciles, ...(partitions.doane ?? [])]) expect(bounds).toContain(bound);
        for (const bound of [nextDown(threshold, elementType), nextDown(-5, elementType), 8])
          expect(bounds).toContain(bound);
        if (values.length > 0) {
          expect(partitions.deciles[0]).toBe(
            nextDown(
              values.reduce((a, b) => Math.min(a, b)),
              elementType,
            ),
          );
          expect(partitions.deciles.at(-1)).toBe(values.reduce((a, b) => Math.max(a, b)));
        }
        if (partitions.distinct) for (const value of values) expect(bounds).toContain(value);
        expect(layout.bounds.length).toBeLessThanOrEqual(254);
      }),
    );
  });

  it('parts values at a threshold as >= does, in the element type', () => {
    fc.assert(
      fc.property(columns, fc.double({ min: -100, max: 100, noNaN: true }), ({ elementType, values }, threshold) => {
        const { layout } = chooseNumericLayout(values, { elementType, thresholds: [threshold] });
        const first = layout.bounds.indexOf(nextDown(threshold, elementType) + 0) + 1;
        for (const value of values) expect(cellOf(layout, value) >= first).toBe(value >= threshold);
      }),
    );
  });

  it('keeps the cells of many different values even in rows', () => {
    const values = Float64Array.from({ length: 20_000 }, (_, i) => Math.exp(((i * 7919) % 20_000) / 2000));
    const { layout, partitions } = chooseNumericLayout(values, { elementType: 'float64' });
    const counts = new Float64Array(layout.bounds.length + 1);
    for (const value of values) counts[cellOf(layout, value)]! += 1;
    expect(partitions.distinct).toBe(false);
    expect(layout.bounds).toHaveLength(254);
    expect(Math.max(...counts) / values.length).toBeLessThan(0.01);
  });

  it('lets a flag that is mostly 0 be seen by its deciles', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i < 5 ? 1 : 0));
    const { partitions } = chooseNumericLayout(values, { elementType: 'float32' });
    expect(partitions.deciles).toEqual([nextDown(0, 'float32'), 0, 1]);
  });

  it('guards a constant by its range, and takes declared bounds alone for no values', () => {
    const constant = chooseNumericLayout(new Float64Array(9).fill(3), { elementType: 'float64' });
    expect(constant.partitions.deciles).toEqual([nextDown(3), 3]);
    const none = chooseNumericLayout(new Float64Array(), { elementType: 'float64', bounds: { min: 0, max: 1 } });
    expect(none.layout.bounds).toEqual([nextDown(0), 1]);
  });

  it('has no Doane bins where the range is no double', () => {
    const values = Float64Array.of(-Number.MAX_VALUE, 0, 1, 2, Number.MAX_VALUE);
    expect(chooseNumericLayout(values, { elementType: 'float64' }).partitions.doane).toBeUndefined();
  });
});

describe('chooseCategories', () => {
  it('keeps the most frequent, in the order of their text', () => {
    const counts = new Map([...'edcba'].map((text, i) => [text, i < 3 ? 5 : 9]));
    expect(chooseCategories(counts, 3).categories).toEqual(['a', 'b', 'c']);
    expect(
      chooseCategories(
        new Map([
          ['__other__', 9],
          ['x', 1],
          ['y', 0],
        ]),
      ).categories,
    ).toEqual(['x']);
  });
});
