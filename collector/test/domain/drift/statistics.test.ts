import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedField } from '../../../src/domain/drift/observation.ts';
import { observeProfile } from '../../../src/domain/drift/observe-profile.ts';
import { computeCategoricalStatistics } from '../../../src/domain/drift/statistics/categorical-statistics.ts';
import { computeChiSquare } from '../../../src/domain/drift/statistics/chi-square.ts';
import { computeHellinger } from '../../../src/domain/drift/statistics/hellinger.ts';
import { computeJensenShannon } from '../../../src/domain/drift/statistics/jensen-shannon.ts';
import { computeKolmogorovSmirnov } from '../../../src/domain/drift/statistics/kolmogorov-smirnov.ts';
import { computeLInfinity } from '../../../src/domain/drift/statistics/l-infinity.ts';
import { computeNumericStatistics } from '../../../src/domain/drift/statistics/numeric-statistics.ts';
import { computePsi } from '../../../src/domain/drift/statistics/psi.ts';
import { computeWasserstein } from '../../../src/domain/drift/statistics/wasserstein.ts';
import { categoricalColumn, golden, numericColumn, referenceOf, windowOf } from './statistics-golden.ts';

const DISTANCES = { computePsi, computeJensenShannon, computeHellinger, computeLInfinity };

const tables = fc
  .array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 1, maxLength: 20 })
  .filter((cells) => cells.some(([r]) => r > 0) && cells.some(([, c]) => c > 0))
  .map((cells) => ({ r: cells.map(([count]) => count), c: cells.map(([, count]) => count) }));

describe.each(Object.entries(DISTANCES))('%s', (_, distance) => {
  it('is 0 for equal shares only, finite, symmetric, and does not see cells that are empty on both sides', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 9 }), ({ r, c }, factor) => {
        const value = distance(r, c);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(value)).toBe(true);
        expect(distance(c, r)).toBeCloseTo(value, 9);
        expect(
          distance(
            r,
            r.map((count) => count * factor),
          ),
        ).toBeCloseTo(0, 7);
      }),
    );
  });

  it('is not known without rows on either side', () => {
    expect(distance([0, 0], [1, 2])).toBeNaN();
    expect(distance([1, 2], [0, 0])).toBeNaN();
  });
});

describe('statistics on cells', () => {
  it.each(golden.psi)(
    'smooths PSI of $reference and $observed by half a row of the smaller sample',
    ({ reference, observed, psi }) => {
      expect(computePsi(reference, observed)).toBeCloseTo(psi, 12);
    },
  );

  it('does not let rare cells make a PSI', () => {
    const rare = new Array<number>(50).fill(1);
    expect(computePsi([100_000, ...rare], [200, ...rare.map(() => 0)])).toBeLessThan(0.001);
  });

  it('leaves out empty columns of chi-square', () => {
    expect(computeChiSquare([3, 0, 7], [4, 0, 9])).toEqual(computeChiSquare([3, 7], [4, 9]));
    expect(computeChiSquare([3], [9])).toEqual({ statistic: 0, df: 0 });
    expect(computeChiSquare([0], [9]).statistic).toBeNaN();
  });
});

const samples = fc.tuple(
  fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 80 }),
  fc.array(fc.integer({ min: -100, max: 1100 }), { minLength: 1, maxLength: 80 }),
  fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 12 }),
);

describe('bounds of Kolmogorov-Smirnov and Wasserstein', () => {
  it('hold the exact value, whatever the cells', () => {
    fc.assert(
      fc.property(samples, ([reference, observed, inner]) => {
        const bounds = [-0.5, ...inner.toSorted((a, b) => a - b), 1000];
        const [r, c] = [countInto(bounds, reference), countInto(bounds, observed)];
        const exact = compareExactly(reference, observed);
        const ks = computeKolmogorovSmirnov(r, c);
        expect(ks.value).toBeLessThanOrEqual(exact.ks + 1e-9);
        expect(ks.value + ks.bound).toBeGreaterThanOrEqual(exact.ks - 1e-9);
        const w = computeWasserstein(
          bounds,
          { counts: r, mean: meanOf(reference) },
          { counts: c, mean: meanOf(observed) },
        );
        const isOutsideOnBoth = c[0]! > 0 && c.at(-1)! > 0;
        if (!isOutsideOnBoth) expect(Math.abs(w.value - exact.wasserstein)).toBeLessThanOrEqual(w.bound + 1e-6);
        else expect(w.value).toBeLessThanOrEqual(exact.wasserstein + w.bound + 1e-6);
      }),
    );
  });

  it('are not needed where each distinct value has a cell', () => {
    fc.assert(
      fc.property(samples, ([reference, anywhere]) => {
        const [least, greatest] = [Math.min(...reference), Math.max(...reference)];
        const observed = anywhere.map((value) => Math.min(greatest, Math.max(least, value)));
        const bounds = [...new Set([...reference, ...observed])].sort((a, b) => a - b);
        const [r, c] = [countInto(bounds, reference), countInto(bounds, observed)];
        const exact = compareExactly(reference, observed);
        expect(computeKolmogorovSmirnov(r, c).value).toBeCloseTo(exact.ks, 9);
        const sides = [
          { counts: r, mean: meanOf(reference) },
          { counts: c, mean: meanOf(observed) },
        ] as const;
        expect(
          computeWasserstein([bounds[0]! - 1, ...bounds], ...prepend(sides), { distinct: true }).value,
        ).toBeCloseTo(exact.wasserstein, 6);
      }),
    );
  });
});

describe.each(golden.numeric)('statistics of "$name" against numpy and scipy', (example) => {
  const field = referenceOf(numericColumn(example.reference), example.elementType);
  const whole = windowOf(field, numericColumn(example.observed));
  const observed: ObservedField = { ...whole, missing: 0 };
  const present = referenceOf(numericColumn(example.reference.filter((value) => value !== null)), example.elementType);
  const statistics = computeNumericStatistics(present, observed);
  const { expected } = example;
  const isConstant = field.moments!.min === field.moments!.max;

  it(`gives Jensen-Shannon over ${isConstant ? 'the range of the constant' : "Doane's bins, exactly"}`, () => {
    const moved = example.observed.filter((value) => value !== example.reference[0]).length / example.observed.length;
    const js = isConstant ? computeJensenShannon([1, 0], [1 - moved, moved]) : expected.js;
    expect(statistics.js).toBeCloseTo(js, 12);
  });

  it('gives Kolmogorov-Smirnov and Wasserstein as near as the cells allow', () => {
    expect(statistics.ks).toBeLessThanOrEqual(expected.ks + 1e-12);
    expect(statistics.ks).toBeGreaterThan(expected.ks - 0.012);
    const unit = Math.max(expected.std, 1e-9);
    const isUndefined = isConstant && expected.wasserstein > 1e-9;
    if (isUndefined) expect(statistics.wassersteinNormalized).toBeNaN();
    else expect(statistics.wassersteinNormalized).toBeCloseTo(expected.wasserstein / unit, 2);
    expect(Math.abs(statistics.wasserstein - expected.wasserstein)).toBeLessThan(0.01 * unit + 1e-9);
  });
});

describe.each(golden.categorical)('statistics of "$name" against scipy', ({ reference, observed, expected }) => {
  it('gives every distance', () => {
    const field = referenceOf(categoricalColumn(reference), 'string');
    const statistics = computeCategoricalStatistics(field, windowOf(field, categoricalColumn(observed)));
    expect(statistics.js).toBeCloseTo(expected.js, 12);
    expect(statistics.hellinger).toBeCloseTo(expected.hellinger, 12);
    expect(statistics.lInfinity).toBeCloseTo(expected.lInfinity, 12);
    expect(statistics.chi2).toBeCloseTo(expected.chi2, 8);
    // Two more cells, empty on both sides, add their half rows to the total alone.
    expect(Math.abs(statistics.psi - expected.psi)).toBeLessThan(0.05 * expected.psi + 1e-9);
  });
});

describe('missing, unseen and out-of-range rows', () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i * 37) % 500);
  const field = referenceOf(numericColumn(values), 'float64');
  const calm = computeNumericStatistics(field, windowOf(field, numericColumn(values)));

  it('leave every distance of the same rows at 0', () => {
    for (const value of Object.values(calm)) expect(value).toBeCloseTo(0, 9);
  });

  it('move every distance of a numeric field', () => {
    const sparse = values.map((value, i) => (i % 4 === 0 ? null : value));
    const shifted = values.map((value, i) => (i % 4 === 0 ? 1000 : value));
    const infinite = values.map((value, i) => (i % 4 === 0 ? Infinity : value));
    for (const window of [sparse, shifted, infinite]) {
      const { meanShift, ...distances } = computeNumericStatistics(field, windowOf(field, numericColumn(window)));
      for (const [name, value] of Object.entries(distances)) expect(value, name).toBeGreaterThan(0.1);
      expect(meanShift).toBeGreaterThan(window === shifted ? 0.5 : -1);
    }
  });

  it('know how far out values lie by their mean', () => {
    const far = values.map((value, i) => (i % 10 === 0 ? 10_000 : value));
    const { wasserstein } = computeNumericStatistics(field, windowOf(field, numericColumn(far)));
    expect(wasserstein).toBeCloseTo(compareExactly(values, far).wasserstein, 0);
  });

  it('give a window without a value what is known of it', () => {
    const none = computeNumericStatistics(field, windowOf(field, numericColumn([null, null, null])));
    expect(none).toMatchObject({ ks: 1, js: 1, wassersteinNormalized: 1, meanShift: NaN });
    expect(none.hellinger).toBeCloseTo(1, 12);
  });

  it('move every distance of a categorical field', () => {
    const known = referenceOf(categoricalColumn({ a: 500, b: 500 }), 'string');
    const whole = windowOf(known, categoricalColumn({ a: 50, b: 50 }));
    const windows = [
      { ...whole, missing: 40 },
      { ...whole, unseen: new Map([['new', 40]]) },
      { ...whole, invalid: 40 },
    ];
    for (const window of windows) {
      for (const value of Object.values(computeCategoricalStatistics(known, window)))
        expect(value).toBeGreaterThan(0.1);
    }
  });

  it('counts a sampled window at its effective size in chi-square', () => {
    const known = referenceOf(categoricalColumn({ a: 500, b: 500 }), 'string');
    const plain = observeProfile(known, known.profile);
    const window = { ...plain, counts: Float64Array.of(60, 40), nEff: 100 };
    const sampled = { ...window, counts: Float64Array.of(60 * 8, 40 * 8) };
    expect(computeCategoricalStatistics(known, sampled).chi2).toBeCloseTo(
      computeCategoricalStatistics(known, window).chi2,
      9,
    );
  });
});

function countInto(bounds: readonly number[], values: readonly number[]): number[] {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const value of values) counts[bounds.filter((bound) => bound < value).length]! += 1;
  return counts;
}

/** An empty cell below the first, so that the least value has a bound under it. */
function prepend<T extends readonly { counts: number[]; mean: number }[]>(sides: T): T {
  return sides.map(({ counts, mean }) => ({ counts: [0, ...counts], mean })) as unknown as T;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** From the definition: both distribution functions at every value. */
function compareExactly(a: readonly number[], b: readonly number[]): { ks: number; wasserstein: number } {
  const points = [...new Set([...a, ...b])].sort((x, y) => x - y);
  const shareUpTo = (values: readonly number[], x: number): number =>
    values.filter((value) => value <= x).length / values.length;
  const gaps = points.map((x) => Math.abs(shareUpTo(a, x) - shareUpTo(b, x)));
  const wasserstein = gaps.reduce(
    (sum, gap, i) => sum + (i + 1 < points.length ? gap * (points[i + 1]! - points[i]!) : 0),
    0,
  );
  return { ks: Math.max(...gaps), wasserstein };
}
