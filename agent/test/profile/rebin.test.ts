import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createNumericAccumulator,
  defaultExponentialLayout,
  exponentialBucketBounds,
  type ExponentialHistogram,
  rebin,
} from '../../src/profile/index.ts';
import { anyEdges, anyExponential, anyValues } from './arbitraries.ts';
import { referenceProfile } from './reference-profile.ts';

function exponentialOf(values: readonly number[], layout = defaultExponentialLayout): ExponentialHistogram {
  const accumulator = createNumericAccumulator(layout);
  for (const value of values) accumulator.add(value);
  return accumulator.snapshot().histogram as ExponentialHistogram;
}

describe('rebin', () => {
  it('puts values only into cells that hold them, and loses none', () => {
    fc.assert(
      fc.property(anyEdges, anyExponential, anyValues, (layout, exponential, values) => {
        const { counts, ambiguous } = rebin(exponentialOf(values, exponential), layout);
        const truth = referenceProfile(values, layout);
        const expected =
          truth.histogram.layout.kind === 'edges' ? (truth.histogram as { counts: Float64Array }).counts : [];
        for (const [cell, count] of counts.entries()) expect(count).toBeLessThanOrEqual(expected[cell]!);
        expect(counts.reduce((a, b) => a + b, ambiguous)).toBe(truth.moments.count);
      }),
      { numRuns: 500 },
    );
  });

  it('is unambiguous where the edges are bounds of buckets', () => {
    const histogram = exponentialOf([0.3, 1, 1.5, 2, 3, 4, 7, -1, -3, -4, -8, 0], {
      ...defaultExponentialLayout,
      maxScale: 0,
    });
    const layout = { kind: 'edges', bounds: [0, 1, 2, 4] } as const;
    expect(rebin(histogram, layout)).toEqual({ counts: Float64Array.of(5, 2, 2, 2, 1), ambiguous: 0 });
  });

  it('counts the values of a cut bucket as ambiguous', () => {
    const histogram = exponentialOf([1.1, 1.9, 3, -1.5, 0], { ...defaultExponentialLayout, maxScale: 0 });
    const layout = { kind: 'edges', bounds: [-1.5, 1.5] } as const;
    expect(rebin(histogram, layout)).toEqual({ counts: Float64Array.of(0, 1, 1), ambiguous: 3 });
  });

  it('knows that a negative bucket [-high, -low) leaves out -low, but holds -high', () => {
    const { low, high } = exponentialBucketBounds(1, 0);
    const histogram = exponentialOf([-3], { ...defaultExponentialLayout, maxScale: 0 });
    const bin = (...bounds: number[]): number => rebin(histogram, { kind: 'edges', bounds }).ambiguous;
    expect([low, high]).toEqual([2, 4]);
    // The cell (.., -2] holds all of [-4, -2); the cell (-4, ..] does not hold -4.
    expect([bin(-2), bin(-4), bin(-4.5, -2)]).toEqual([0, 1, 0]);
  });
});
