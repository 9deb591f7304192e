import { describe, expect, it } from 'vitest';
import { impactOf } from '../../../src/domain/drift/impact.ts';
import { createLevels, levelFor } from '../../../src/domain/drift/level.ts';
import { ASSUMED_FACTOR, estimateOverdispersion, overdispersionAt } from '../../../src/domain/drift/overdispersion.ts';
import { createRandom, type Random } from '../../../src/domain/drift/significance/random.ts';

describe('levelFor', () => {
  it('is the square root of the budget per pair where windows share nothing', () => {
    const { window, alone } = levelFor({ windowsPerWeek: 168 });
    expect(window).toBeCloseTo(Math.sqrt(0.05 / (2 * 168)), 9);
    expect(alone).toBeCloseTo(0.05 / 168, 12);
  });

  it('falls to the union bound as windows share more, never below it', () => {
    const levels = [0, 0.1, 0.3, 0.6, 0.9, 1].map((shared) => levelFor({ windowsPerWeek: 168 }, shared).window);
    levels.slice(1).forEach((level, k) => expect(level).toBeLessThanOrEqual(levels[k]!));
    expect(levels.at(-1)).toBeCloseTo(0.1 / 168, 9);
  });

  it('divides the budget among families, and is never looser than 5 %', () => {
    const one = levelFor({ windowsPerWeek: 168 });
    const four = levelFor({ windowsPerWeek: 168, families: 4 });
    expect(four.alone).toBeCloseTo(one.alone / 4, 12);
    expect(four.window).toBeCloseTo(one.window / 2, 9);
    expect(levelFor({ windowsPerWeek: 1, falsePerWeek: 10 })).toEqual({ window: 0.05, alone: 0.05 });
  });

  it('is remembered without becoming looser', () => {
    const levels = createLevels({ windowsPerWeek: 168 });
    expect(levels(0.123).window).toBeLessThanOrEqual(levelFor({ windowsPerWeek: 168 }, 0.123).window);
    expect(levels(Number.NaN)).toEqual(levels(0));
  });
});

describe('overdispersion', () => {
  const draw = (rows: number, clusters: number, random: Random): number[] => {
    const counts = new Array<number>(10).fill(0);
    for (let row = 0; row < rows; row += clusters) counts[Math.floor(random() * 10)]! += clusters;
    return counts;
  };
  const chunksOf = (count: number, clusters: number, seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: count }, () => draw(600, clusters, random));
  };

  it('finds the factor of rows in clusters, allowing for its error', () => {
    const many = estimateOverdispersion(chunksOf(200, 3, 1));
    expect(many.factor).toBeGreaterThan(2.9);
    expect(many.factor).toBeLessThan(3.6);
    const runs = Array.from({ length: 200 }, (_, seed) => estimateOverdispersion(chunksOf(10, 3, seed)).factor);
    expect(runs.filter((factor) => factor >= 3).length / runs.length).toBeGreaterThan(0.9);
  });

  it('allows more where chunks are fewer', () => {
    const mean = (count: number): number => {
      const factors = Array.from({ length: 60 }, (_, seed) => estimateOverdispersion(chunksOf(count, 1, seed)).factor);
      return factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
    };
    const [four, ten, hundred] = [mean(4), mean(10), mean(100)];
    expect(four).toBeGreaterThan(ten);
    expect(ten).toBeGreaterThan(hundred);
    expect(hundred).toBeLessThan(1.15);
  });

  it('sees that one direction holds all of it', () => {
    const random = createRandom(4);
    const swing = Array.from({ length: 40 }, () => {
      const shift = Math.round(150 * (random() - 0.5));
      return [100 + shift, 100 - shift, ...new Array<number>(8).fill(100)];
    });
    const { unevenness } = overdispersionAt(estimateOverdispersion(swing), 1000);
    expect(unevenness).toBeGreaterThan(4);
    expect(overdispersionAt(estimateOverdispersion(chunksOf(40, 3, 2)), 600).unevenness).toBeLessThan(1.3);
  });

  it('grows with windows beyond a chunk and never falls below 1', () => {
    const estimate = estimateOverdispersion(chunksOf(10, 3, 1));
    const at = (rows: number): number => overdispersionAt(estimate, rows).factor;
    expect(at(10)).toBe(at(600));
    expect(at(6000) - 1).toBeCloseTo(10 * (at(600) - 1), 9);
    expect(estimateOverdispersion(Array.from({ length: 10 }, () => new Array<number>(10).fill(60))).factor).toBe(1);
  });

  it('assumes a factor where chunks tell nothing', () => {
    for (const chunks of [
      [],
      [[5, 5]],
      [
        [100, 0],
        [100, 0],
      ],
      [[Number.NaN], [Number.NaN]],
    ]) {
      expect(estimateOverdispersion(chunks).factor).toBe(ASSUMED_FACTOR);
    }
  });
});

describe('impactOf', () => {
  const cells = (reference: number[], observed: number[]) => ({
    keys: reference.map((_, k) => String(k)),
    reference: Float64Array.from(reference),
    observed: Float64Array.from(observed),
  });
  const response = (...values: number[]) => ({
    method: 'response' as const,
    cells: Object.fromEntries(values.map((value, k) => [String(k), value])),
  });

  it('is sum (c - r) f and half of sum |c - r| |f - mean f|', () => {
    const impact = impactOf(cells([50, 50, 0], [20, 30, 50]), response(0.1, 0.3, 0.9), undefined);
    expect(impact).toMatchObject({ method: 'response' });
    expect(impact.shift).toBeCloseTo(-0.3 * 0.1 - 0.2 * 0.3 + 0.5 * 0.9, 12);
    expect(impact.movement).toBeCloseTo((0.3 * 0.1 + 0.2 * 0.1 + 0.5 * 0.7) / 2, 12);
    expect(impact.low).toBeCloseTo(impact.shift!, 12);
  });

  it('is 0 for a field that the model does not use, however far it moves', () => {
    expect(impactOf(cells([100, 0], [0, 100]), response(0.4, 0.4), undefined)).toMatchObject({ shift: 0, movement: 0 });
  });

  it('bounds what a cell without an answer can do by the range of the score', () => {
    const impact = impactOf(cells([100, 0], [60, 40]), response(0.2), { low: 0, high: 1 });
    expect(impact.method).toBe('interval');
    expect(impact.low).toBeCloseTo(-0.08, 12);
    expect(impact.high).toBeCloseTo(0.32, 12);
    expect(impactOf(cells([1, 1], [1, 2]), undefined, { low: 0, high: 1 })).toMatchObject({
      shift: null,
      movement: null,
      method: 'interval',
    });
    expect(impactOf(cells([1, 1], [1, 2]), undefined, undefined).method).toBe('none');
    expect(impactOf(cells([1, 1], [0, 0]), response(1, 2), undefined).method).toBe('none');
  });
});
