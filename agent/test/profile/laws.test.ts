import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createCategoricalAccumulator,
  createNumericAccumulator,
  defaultExponentialLayout,
  emptyProfile,
  LayoutError,
  mergeProfiles,
  type NumericLayout,
  type NumericProfile,
  type Profile,
  profilesEqual,
} from '../../src/profile/index.ts';
import { anyEdges, anyExponential, anyTexts, anyValues } from './arbitraries.ts';
import { expectSame, sumTolerance } from './reference-profile.ts';

function profileOf(layout: NumericLayout, values: readonly number[]): NumericProfile {
  const accumulator = createNumericAccumulator(layout);
  for (const value of values) accumulator.add(value);
  return accumulator.snapshot();
}

function categoriesOf(texts: readonly string[]): Profile {
  const accumulator = createCategoricalAccumulator();
  for (const text of texts) accumulator.add(text);
  return accumulator.snapshot();
}

const anyNumericLayout: fc.Arbitrary<NumericLayout> = fc.oneof(anyEdges, anyExponential);
const RUNS = { numRuns: 500 };

describe.each([
  ['edges', anyEdges as fc.Arbitrary<NumericLayout>],
  ['exponential buckets', anyExponential as fc.Arbitrary<NumericLayout>],
])('numeric profiles over %s', (_, anyLayout) => {
  it('have the empty profile as neutral element', () => {
    fc.assert(
      fc.property(anyLayout, anyValues, (layout, values) => {
        const profile = profileOf(layout, values);
        expectSame(mergeProfiles(profile, emptyProfile(layout)), profile);
        expectSame(mergeProfiles(emptyProfile(layout), profile), profile);
      }),
      RUNS,
    );
  });

  it('merge in any order', () => {
    fc.assert(
      fc.property(anyLayout, anyValues, anyValues, (layout, a, b) => {
        const [p, q] = [profileOf(layout, a), profileOf(layout, b)];
        expectSame(mergeProfiles(p, q), mergeProfiles(q, p));
      }),
      RUNS,
    );
  });

  it('merge in any grouping', () => {
    fc.assert(
      fc.property(anyLayout, anyValues, anyValues, anyValues, (layout, a, b, c) => {
        const [p, q, r] = [profileOf(layout, a), profileOf(layout, b), profileOf(layout, c)];
        const left = mergeProfiles(mergeProfiles(p, q), r);
        expectSame(left, mergeProfiles(p, mergeProfiles(q, r)), sumTolerance([...a, ...b, ...c]));
      }),
      RUNS,
    );
  });

  it('of parts make the profile of the whole', () => {
    fc.assert(
      fc.property(anyLayout, fc.array(anyValues, { maxLength: 5 }), (layout, parts) => {
        const merged = parts.map((part) => profileOf(layout, part)).reduce(mergeProfiles, emptyProfile(layout));
        expectSame(merged, profileOf(layout, parts.flat()), sumTolerance(parts.flat()));
      }),
      RUNS,
    );
  });

  it('are not changed by merging', () => {
    fc.assert(
      fc.property(anyLayout, anyValues, anyValues, (layout, a, b) => {
        const [p, q] = [profileOf(layout, a), profileOf(layout, b)];
        mergeProfiles(p, q);
        expect([p, q]).toEqual([profileOf(layout, a), profileOf(layout, b)]);
      }),
    );
  });
});

describe('categorical profiles', () => {
  const empty = emptyProfile({ kind: 'categories', categories: ['a'] });

  it('are a commutative monoid, and parts make the whole', () => {
    fc.assert(
      fc.property(anyTexts, anyTexts, anyTexts, (a, b, c) => {
        const [p, q, r] = [categoriesOf(a), categoriesOf(b), categoriesOf(c)];
        expectSame(mergeProfiles(p, empty), p);
        expectSame(mergeProfiles(empty, p), p);
        expectSame(mergeProfiles(p, q), mergeProfiles(q, p));
        expectSame(mergeProfiles(mergeProfiles(p, q), r), mergeProfiles(p, mergeProfiles(q, r)));
        expectSame(mergeProfiles(p, q), categoriesOf([...a, ...b]));
      }),
    );
  });
});

describe('mergeProfiles', () => {
  it('takes the smallest and the greatest double without room for the buckets between them', () => {
    const layout = { ...defaultExponentialLayout, maxBuckets: 2 };
    const [small, great] = [profileOf(layout, [Number.MIN_VALUE]), profileOf(layout, [Number.MAX_VALUE])];
    expect(mergeProfiles(small, great).histogram).toEqual({
      layout,
      scale: -11,
      zeroCount: 0,
      positive: { offset: -1, counts: Float64Array.of(1, 1) },
      negative: { offset: 0, counts: new Float64Array(0) },
    });
  });

  it('refuses different layouts and kinds', () => {
    const edges = emptyProfile({ kind: 'edges', bounds: [1] });
    const others: Profile[] = [
      emptyProfile({ kind: 'edges', bounds: [2] }),
      emptyProfile({ kind: 'edges', bounds: [1, 2] }),
      emptyProfile(defaultExponentialLayout),
    ];
    for (const other of others) {
      expect(() => mergeProfiles(edges as Profile, other)).toThrow(
        expect.objectContaining({ code: 'different-layouts' }),
      );
      expect(() => mergeProfiles(other, edges)).toThrow(LayoutError);
    }
    const coarse = emptyProfile({ ...defaultExponentialLayout, maxBuckets: 20 });
    expect(() => mergeProfiles(coarse, emptyProfile(defaultExponentialLayout))).toThrow(LayoutError);
    const categories: Profile = emptyProfile({ kind: 'categories', categories: [] });
    expect(() => mergeProfiles(edges, categories)).toThrow(expect.objectContaining({ code: 'different-kinds' }));
  });

  it('takes in histograms of other makers: empty outer buckets, a scale above the layout', () => {
    const foreign: NumericProfile = {
      kind: 'numeric',
      rows: 3,
      missing: 0,
      invalid: 0,
      moments: { count: 3, sum: 3, min: 1, max: 1 },
      histogram: {
        layout: { kind: 'exponential', maxBuckets: 8, maxScale: 3 },
        scale: 5,
        zeroCount: 0,
        positive: { offset: -5, counts: Float64Array.of(0, 0, 0, 0, 3, 0) },
        negative: { offset: 7, counts: Float64Array.of(0) },
      },
    };
    const merged = mergeProfiles(foreign, emptyProfile({ kind: 'exponential', maxBuckets: 8, maxScale: 3 }));
    expect(merged).toEqual(profileOf({ kind: 'exponential', maxBuckets: 8, maxScale: 3 }, [1, 1, 1]));
  });
});

describe('profilesEqual', () => {
  it('tells profiles of different values apart', () => {
    fc.assert(
      fc.property(anyNumericLayout, anyValues, (layout, values) => {
        const profile = profileOf(layout, values);
        expect(profilesEqual(profile, profileOf(layout, values))).toBe(true);
        for (const more of [1, 0, NaN, Infinity]) {
          expect(profilesEqual(profile, profileOf(layout, [...values, more]))).toBe(false);
        }
      }),
    );
    expect(profilesEqual(categoriesOf(['a']), categoriesOf(['b']))).toBe(false);
    expect(profilesEqual(categoriesOf(['a']), profileOf(defaultExponentialLayout, [1]))).toBe(false);
  });
});
