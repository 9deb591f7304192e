import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  createCategoricalAccumulator,
  createNumericAccumulator,
  decodeProfile,
  encodeProfile,
  LayoutError,
  type Profile,
  ProfileFormatError,
} from '../../src/profile/index.ts';
import { anyEdges, anyExponential, anyTexts, anyValues } from './arbitraries.ts';

function passThroughJson(profile: Profile): Profile {
  return decodeProfile(JSON.parse(JSON.stringify(encodeProfile(profile))));
}

describe('an encoded profile', () => {
  it('reads back as the same profile', () => {
    fc.assert(
      fc.property(fc.oneof(anyEdges, anyExponential), anyValues, (layout, values) => {
        const accumulator = createNumericAccumulator(layout);
        for (const value of values) accumulator.add(value);
        expect(passThroughJson(accumulator.snapshot())).toEqual(accumulator.snapshot());
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const accumulator = createCategoricalAccumulator();
        for (const text of texts) accumulator.add(text);
        expect(passThroughJson(accumulator.snapshot())).toEqual(accumulator.snapshot());
      }),
    );
  });

  it('is the same text for the same profile, whatever the order of categories', () => {
    const [a, b] = [createCategoricalAccumulator(), createCategoricalAccumulator()];
    for (const text of ['x', 'é', 'A']) a.add(text);
    for (const text of ['A', 'x', 'é']) b.add(text);
    expect(JSON.stringify(encodeProfile(a.take()))).toBe(JSON.stringify(encodeProfile(b.take())));
  });
});

/** The profiles that golden/profiles-1.json holds. */
function goldenProfiles(): Profile[] {
  const edges = createNumericAccumulator({ kind: 'edges', bounds: [-1.5, 0, 0.1, 1000] }, { missing: [-999] });
  const exponential = createNumericAccumulator({ kind: 'exponential', maxBuckets: 8, maxScale: 20 });
  for (const value of [-2, -0, 0.05, 0.1, 7, 7, 1e6, NaN, -999, Infinity]) {
    edges.add(value);
    exponential.add(value);
  }
  const overflown = createNumericAccumulator({ kind: 'edges', bounds: [] });
  for (const value of [1.5e308, 1.5e308]) overflown.add(value);
  const categories = createCategoricalAccumulator();
  for (const text of ['app', 'web', 'app', '', '__proto__', 'é "quoted"']) categories.add(text);
  categories.addNumber(42);
  categories.addMissing(2);
  categories.addInvalid();
  const empty = createNumericAccumulator({ kind: 'edges', bounds: [0] });
  return [edges, exponential, overflown, categories, empty].map((accumulator) => accumulator.snapshot());
}

describe('format 1', () => {
  const golden = JSON.parse(readFileSync(new URL('golden/profiles-1.json', import.meta.url), 'utf8')) as unknown[];

  it('is still read', () => {
    expect(golden.map(decodeProfile)).toEqual(goldenProfiles());
  });

  it('is still written', () => {
    expect(JSON.parse(JSON.stringify(goldenProfiles().map(encodeProfile)))).toEqual(golden);
  });
});

describe('decodeProfile', () => {
  const edges = {
    format: 1,
    kind: 'numeric',
    rows: 2,
    missing: 0,
    invalid: 0,
    moments: { count: 2, sum: 3, min: 1, max: 2 },
    histogram: { kind: 'edges', bounds: [1], counts: [1, 1] },
  };
  const exponential = {
    ...edges,
    histogram: {
      kind: 'exponential',
      maxBuckets: 8,
      maxScale: 20,
      scale: 0,
      zeroCount: 0,
      positive: { offset: -1, counts: [1, 1] },
      negative: { offset: 0, counts: [] },
    },
  };
  const categorical = { format: 1, kind: 'categorical', rows: 2, missing: 1, invalid: 0, counts: [['a', 1]] };

  it('reads the samples that the faults below are made of', () => {
    for (const sample of [edges, exponential, categorical]) expect(decodeProfile(sample)).toBeDefined();
  });

  it('refuses a newer format by name', () => {
    const newer = { ...edges, format: 2, kind: 'unheard of' };
    expect(() => decodeProfile(newer)).toThrow(expect.objectContaining({ code: 'newer-format' }));
    expect(() => decodeProfile(newer)).toThrow('profile of format 2; this version reads up to 1');
  });

  it.each([
    ['profile', null],
    ['profile', []],
    ['profile', 'text'],
    ['format', { ...edges, format: undefined }],
    ['format', { ...edges, format: '1' }],
    ['format', { ...edges, format: 0 }],
    ['kind', { ...edges, kind: 'other' }],
    ['rows', { ...edges, rows: 3 }],
    ['rows', { ...edges, rows: -1 }],
    ['missing', { ...edges, missing: 0.5 }],
    ['invalid', { ...edges, invalid: null }],
    ['moments', { ...edges, moments: null }],
    ['moments', { ...edges, moments: { ...edges.moments, min: 3 } }],
    ['moments', { ...edges, moments: { ...edges.moments, max: 'Infinity' } }],
    [
      'moments',
      {
        ...edges,
        rows: 0,
        moments: { ...edges.moments, count: 0 },
        histogram: { kind: 'edges', bounds: [], counts: [0] },
      },
    ],
    ['moments.sum', { ...edges, moments: { ...edges.moments, sum: '3' } }],
    ['histogram', { ...edges, histogram: undefined }],
    ['histogram', { ...edges, histogram: { ...edges.histogram, counts: [1, 0] } }],
    ['histogram.kind', { ...edges, histogram: { kind: 'grid' } }],
    ['histogram.bounds', { ...edges, histogram: { ...edges.histogram, bounds: '1' } }],
    ['histogram.bounds[0]', { ...edges, histogram: { ...edges.histogram, bounds: [null] } }],
    ['histogram.counts', { ...edges, histogram: { ...edges.histogram, counts: [2] } }],
    ['histogram.counts[1]', { ...edges, histogram: { ...edges.histogram, counts: [3, -1] } }],
    ['histogram.scale', { ...exponential, histogram: { ...exponential.histogram, scale: 0.5 } }],
    ['histogram.positive', { ...exponential, histogram: { ...exponential.histogram, positive: [] } }],
    [
      'histogram.positive.counts',
      {
        ...exponential,
        histogram: { ...exponential.histogram, positive: { offset: 0, counts: [1, 1, 0, 0, 0, 0, 0, 0, 0] } },
      },
    ],
    [
      'histogram.negative.offset',
      { ...exponential, histogram: { ...exponential.histogram, negative: { offset: 2 ** 31, counts: [] } } },
    ],
    ['counts', { ...categorical, counts: { a: 1 } }],
    ['counts[0]', { ...categorical, counts: [['a']] }],
    ['counts[0][0]', { ...categorical, counts: [[1, 1]] }],
    ['counts[0][1]', { ...categorical, counts: [['a', '1']] }],
    [
      'counts[1]',
      {
        ...categorical,
        rows: 3,
        counts: [
          ['a', 1],
          ['a', 1],
        ],
      },
    ],
  ])('refuses malformed content at %s (case %#)', (path, json) => {
    expect(() => decodeProfile(json)).toThrow(ProfileFormatError);
    expect(() => decodeProfile(json)).toThrow(`malformed profile at ${path}: `);
  });

  it('refuses wrong layouts as layouts', () => {
    const bounds = { ...edges, histogram: { kind: 'edges', bounds: [2, 1], counts: [1, 1, 0] } };
    expect(() => decodeProfile(bounds)).toThrow(LayoutError);
    const scale = { ...exponential, histogram: { ...exponential.histogram, scale: 21 } };
    expect(() => decodeProfile(scale)).toThrow(expect.objectContaining({ code: 'bad-scale' }));
  });

  it('throws its own errors for whatever JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(edges)), (json, key) => {
        try {
          decodeProfile({ ...edges, [key]: json });
        } catch (error) {
          expect(error instanceof ProfileFormatError || error instanceof LayoutError).toBe(true);
        }
      }),
    );
  });
});
