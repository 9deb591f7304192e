import { describe, expect, it } from 'vitest';
import { Random, createRandom } from '../../src/demo/random.ts';

const draws = 200_000;

/** Mean and variance of `draws` draws. */
function moments(draw: () => number): { mean: number; variance: number } {
  const values = Array.from({ length: draws }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws;
  return { mean, variance };
}

describe('Random', () => {
  it('is xoshiro128**: the first numbers of the state 1, 2, 3, 4 as the Rust crate rand_xoshiro tests them', () => {
    const random = new Random([1, 2, 3, 4]);
    const first = Array.from({ length: 10 }, () => random.uint32());
    expect(first).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('draws each distribution with its mean and variance', () => {
    const random = createRandom(5, 'moments');
    // Five standard errors of a mean and of a variance, with room for heavier tails.
    const close = (actual: number, expected: number, spread: number) =>
      expect(Math.abs(actual - expected)).toBeLessThan((5 * spread * 2) / Math.sqrt(draws));
    const cases: [() => number, number, number][] = [
      [() => random.uniform(), 0.5, 1 / 12],
      [() => random.normal(), 0, 1],
      [() => random.gamma(1.2), 1.2, 1.2],
      [() => random.gamma(4), 4, 4],
      [() => random.poisson(0.4), 0.4, 0.4],
      [() => random.poisson(12), 12, 12],
      [() => random.poisson(300), 300, 300],
    ];
    for (const [draw, mean, variance] of cases) {
      const actual = moments(draw);
      close(actual.mean, mean, Math.sqrt(variance));
      close(actual.variance, variance, 2 * variance);
    }
  });

  it('picks in proportion to the weights', () => {
    const random = createRandom(5, 'weights');
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < draws; i++) counts[random.choose([1, 0, 3, 4])]!++;
    expect(counts[1]).toBe(0);
    expect(counts[0]! / draws).toBeCloseTo(1 / 8, 2);
    expect(counts[2]! / draws).toBeCloseTo(3 / 8, 2);
    expect(counts[3]! / draws).toBeCloseTo(4 / 8, 2);
  });

  it('gives streams of different parts different numbers, without correlation', () => {
    const names = Array.from({ length: 2_000 }, (_, i) => i);
    const first = names.map((i) => createRandom(1, 'hour', i, 'app').normal());
    const second = names.map((i) => createRandom(1, 'hour', i, 'web').normal());
    expect(new Set([...first, ...second]).size).toBe(4_000);
    const correlation = first.reduce((sum, value, i) => sum + value * second[i]!, 0) / names.length;
    // 1 / sqrt(2000) = 0.022 is its standard error under independence.
    expect(Math.abs(correlation)).toBeLessThan(0.09);
    const lagged = first.slice(1).reduce((sum, value, i) => sum + value * first[i]!, 0) / names.length;
    expect(Math.abs(lagged)).toBeLessThan(0.09);
  });
});
