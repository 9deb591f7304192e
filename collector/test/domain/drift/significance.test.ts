import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from './golden/significance.json' with { type: 'json' };
import { computeQValues } from '../../../src/domain/drift/significance/benjamini-hochberg.ts';
import {
  chiSquareQuantile,
  chiSquareSurvival,
  logChiSquareSurvival,
} from '../../../src/domain/drift/significance/chi-square.ts';
import { jointExceedance } from '../../../src/domain/drift/significance/correlated-tail.ts';
import { logFisherExact } from '../../../src/domain/drift/significance/fisher-exact.ts';
import { computeG } from '../../../src/domain/drift/significance/g-statistic.ts';
import { logGamma } from '../../../src/domain/drift/significance/log-gamma.ts';
import { createRandom } from '../../../src/domain/drift/significance/random.ts';
import { simulatePValue } from '../../../src/domain/drift/significance/simulate-null.ts';
import { testCells } from '../../../src/domain/drift/significance/test-cells.ts';

function expectNear(value: number, expected: number, relative: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

describe('special functions against scipy and decimal arithmetic', () => {
  it('logGamma', () => {
    for (const { x, value } of golden.logGamma) {
      expect(Math.abs(logGamma(x) - value)).toBeLessThan(1e-13 * (1 + Math.abs(value)));
    }
  });

  it.each(golden.chiSquare)('chi-square survival of $x with $df degrees of freedom', ({ x, df, sf, logSf }) => {
    if (sf > 1e-290) expectNear(chiSquareSurvival(x, df), sf, 1e-12);
    expect(Math.abs(logChiSquareSurvival(x, df) - logSf)).toBeLessThan(1e-12 * Math.max(1, Math.abs(logSf)));
  });

  it.each(golden.quantiles)('chi-square quantile at $survival with $df', ({ survival, df, x }) => {
    expectNear(chiSquareQuantile(survival, df), x, 1e-11);
  });

  it('answers NaN outside the domain and the limits at its ends', () => {
    expect(logChiSquareSurvival(1, 0)).toBeNaN();
    expect(logChiSquareSurvival(Number.NaN, 1)).toBeNaN();
    expect(chiSquareSurvival(0, 3)).toBe(1);
    expect(chiSquareSurvival(Infinity, 3)).toBe(0);
  });

  it.each(golden.fisher)('Fisher exact of $a/$n against $b/$m', ({ a, n, b, m, p }) => {
    expectNear(Math.exp(logFisherExact(a, n, b, m)), p, 1e-9);
  });

  it.each(golden.bivariate)('two correlated statistics exceed (alpha $alpha, rho $rho)', ({ alpha, rho, p }) => {
    expectNear(jointExceedance(alpha, rho), p, 1e-4);
  });

  it('Benjamini-Hochberg, and untested entries stay out', () => {
    const { p, q } = golden.benjaminiHochberg;
    computeQValues(p).forEach((value, k) => expectNear(value!, q[k]!, 1e-14));
    expect(computeQValues([null, 0.02, null, 0.01])).toEqual([null, 0.02, null, 0.02]);
    expect(computeQValues([])).toEqual([]);
  });
});

describe('G-test', () => {
  it.each(golden.gTest)('is scipy G divided by the factor of Williams ($df df)', ({ window, reference, g, df }) => {
    const computed = computeG(window, reference);
    expect(computed.df).toBe(df);
    const n = window.reduce((sum, count) => sum + count, 0);
    const m = reference.reduce((sum, count) => sum + count, 0);
    const inverse = window.reduce((sum, count, k) => sum + 1 / (count + reference[k]!), 0);
    const williams = 1 + (((n + m) / n + (n + m) / m - 1) * ((n + m) * inverse - 1)) / (6 * (n + m) * df);
    expectNear(computed.g, g / williams, 1e-10);
  });

  it('is 0 with nothing to compare', () => {
    expect(computeG([], [])).toEqual({ g: 0, df: 0 });
    expect(computeG([0, 0], [3, 4])).toEqual({ g: 0, df: 0 });
    expect(computeG([5], [7])).toEqual({ g: 0, df: 0 });
  });
});

describe('one p-value per field', () => {
  const independent = (n: number, m: number) => ({ n, m, unevenness: 1 });

  it('is a probability for any counts, and 1 for equal shares', () => {
    const counts = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(counts, counts, fc.double({ min: 1, max: 1e5, noNaN: true }), (a, b, n) => {
        const cells = Math.min(a.length, b.length);
        const p = testCells(a.slice(0, cells), b.slice(0, cells), independent(n, 5000), createRandom(1));
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
    expect(testCells([100, 200, 300], [10, 20, 30], independent(60, 600), createRandom(1))).toBe(1);
    expect(testCells([], [], independent(0, 0), createRandom(1))).toBe(1);
  });

  it('keeps its level under no change, with common, rare and empty cells', () => {
    const random = createRandom(5);
    const shares = [0.1, 0.2, 0.3, 0.39, 0.009, 0.001, 0];
    const draw = (rows: number): number[] => {
      const counts = new Array<number>(shares.length).fill(0);
      for (let row = 0; row < rows; row++) {
        let left = random();
        let cell = 0;
        while ((left -= shares[cell]!) > 0 && cell < 5) cell++;
        counts[cell]!++;
      }
      return counts;
    };
    const runs = 2000;
    const hits = { loose: 0, strict: 0 };
    for (let run = 0; run < runs; run++) {
      const p = testCells(draw(1000), draw(200), independent(200, 1000), random);
      if (p <= 0.05) hits.loose++;
      if (p <= 0.005) hits.strict++;
    }
    expect(hits.loose / runs).toBeLessThan(0.065);
    expect(hits.loose / runs).toBeGreaterThan(0.02);
    expect(hits.strict / runs).toBeLessThan(0.011);
  });

  it('does not lose a new rare cell among common ones', () => {
    const reference = [...new Array<number>(10).fill(500), 0];
    const window = [...new Array<number>(9).fill(20), 14, 6];
    expect(testCells(reference, window, independent(200, 5000), createRandom(1))).toBeLessThan(1e-5);
  });

  it('finds a constant field that is missing now, far into the tail', () => {
    expect(testCells([50_000, 0], [100, 100], independent(200, 50_000), createRandom(1))).toBeLessThan(1e-100);
  });

  it('is less sure of overdispersed rows', () => {
    const reference = [500, 500, 500];
    const window = [90, 60, 50];
    const plain = testCells(reference, window, independent(200, 1500), createRandom(1));
    const divided = testCells(reference, window, independent(200 / 3, 500), createRandom(1));
    const uneven = testCells(reference, window, { n: 200 / 3, m: 500, unevenness: 2 }, createRandom(1));
    expect(divided).toBeGreaterThan(plain);
    expect(uneven).toBeGreaterThan(divided);
  });
});

describe('simulated null', () => {
  it('agrees with an exact test on two cells', () => {
    // The hypergeometric probabilities of all tables whose G is at least that of this one, summed by scipy.
    expect(Math.abs(simulatePValue([6, 4], [10, 40], createRandom(3)) - 0.049507)).toBeLessThan(0.012);
  });

  it('is the same for the same seed and 1 without rows', () => {
    const run = () => simulatePValue([3, 1, 0], [1, 4, 5], createRandom(9));
    expect(run()).toBe(run());
    expect(simulatePValue([0, 0], [5, 5], createRandom(9))).toBe(1);
  });
});
