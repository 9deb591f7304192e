import fc from 'fast-check';
import type { EdgesLayout, ExponentialLayout } from '../../src/profile/index.ts';

/** Values where floating point has its corners. */
const CORNERS = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2 ** -1022,
  -(2 ** -1022) + Number.MIN_VALUE,
  2 ** -149,
  65504,
  65520,
  -(2 ** 53) - 2,
  2 ** 63,
  1 - 2 ** -53,
  1 + 2 ** -52,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
];

/** Signed values: any double, corners, and numbers of everyday size, which meet bounds and each other. */
export const anyValue: fc.Arbitrary<number> = fc.oneof(
  { arbitrary: fc.double(), weight: 2 },
  { arbitrary: fc.constantFrom(...CORNERS), weight: 1 },
  { arbitrary: fc.integer({ min: -20, max: 20 }).map((n) => n / 4), weight: 3 },
  { arbitrary: fc.double({ min: -100, max: 100, noNaN: true }), weight: 3 },
);

export const anyValues = fc.array(anyValue, { maxLength: 60 });

const finite = anyValue.filter(Number.isFinite);

/** Edges of any shape: grids, crowded lists, hugely different sizes, one bound, none. */
export const anyEdges: fc.Arbitrary<EdgesLayout> = fc
  .oneof(
    fc.array(finite, { maxLength: 40 }),
    fc.array(
      fc.integer({ min: -20, max: 20 }).map((n) => n / 4),
      { maxLength: 40 },
    ),
    fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 200, maxLength: 300 }),
    fc.array(
      fc.integer({ min: -300, max: 300 }).map((n) => Math.sign(n) * 1.1 ** Math.abs(n)),
      { maxLength: 100 },
    ),
  )
  .map((bounds) => ({ kind: 'edges', bounds: [...new Set(bounds.map((b) => b + 0))].sort((a, b) => a - b) }));

export const anyExponential: fc.Arbitrary<ExponentialLayout> = fc.record({
  kind: fc.constant('exponential'),
  maxBuckets: fc.constantFrom(2, 3, 8, 20, 160),
  maxScale: fc.constantFrom(20, 20, 7, 0, -3),
});

/** Few texts, so that they meet, and odd ones. */
export const anyTexts = fc.array(
  fc.oneof(fc.constantFrom('', 'a', 'b', '42', '__proto__', 'NaN', '__other__'), fc.string()),
  { maxLength: 40 },
);
