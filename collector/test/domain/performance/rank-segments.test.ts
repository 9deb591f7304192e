import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../../src/domain/performance/metric.ts';
import { rankSegments } from '../../../src/domain/performance/segments/rank-segments.ts';

function measured(value: number, se: number): Measurement {
  return { value, se, low: value - 1.96 * se, high: value + 1.96 * se };
}

const whole = measured(0.8, 0.005);

describe('segments, worst first', () => {
  it('puts a slice that is surely bad before one whose few rows look worse', () => {
    const ranked = rankSegments('roc_auc', whole, [
      { segment: 'tiny', measured: measured(0.5, 0.2) },
      { segment: 'bad', measured: measured(0.7, 0.01) },
      { segment: 'good', measured: measured(0.81, 0.006) },
    ]);
    expect(ranked[0]).toMatchObject({ segment: 'bad', rank: 1 });
    // The bad one stays where it is; the tiny one is drawn most of the way to the whole, and may as well be a good one.
    expect(ranked[0]?.shrunk?.value).toBeCloseTo(0.7, 1);
    expect(ranked.find(({ segment }) => segment === 'tiny')?.shrunk?.value).toBeGreaterThan(0.7);
  });

  it('invents no bad slice where all differ by chance only', () => {
    const ranked = rankSegments('roc_auc', whole, [
      { segment: 'a', measured: measured(0.78, 0.03) },
      { segment: 'b', measured: measured(0.82, 0.03) },
    ]);
    expect(ranked.map(({ shrunk }) => shrunk?.value)).toEqual([0.8, 0.8]);
  });

  it('takes the other side for losses, and both for rates', () => {
    const slices = [
      { segment: 'low', measured: measured(0.1, 0.01) },
      { segment: 'middle', measured: measured(0.3, 0.01) },
      { segment: 'high', measured: measured(0.7, 0.01) },
    ];
    const at = measured(0.3, 0.001);
    expect(rankSegments('log_loss', at, slices)[0]?.segment).toBe('high');
    expect(rankSegments('recall', at, slices)[0]?.segment).toBe('low');
    expect(rankSegments('positive_rate', at, slices).at(-1)?.segment).toBe('middle');
  });

  it('draws every value toward the whole, never past it, and keeps unknown slices last', () => {
    const values = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1e-3, max: 0.5, noNaN: true })),
      {
        minLength: 2,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(values, (pairs) => {
        const slices = pairs.map(([value, se], segment) => ({ segment, measured: measured(value, se) }));
        const ranked = rankSegments('roc_auc', whole, [{ segment: -1, measured: undefined }, ...slices]);
        expect(ranked.at(-1)?.segment).toBe(-1);
        for (const { segment, shrunk } of ranked.slice(0, -1)) {
          const [value] = pairs[segment]!;
          const [low, high] = [Math.min(value, whole.value) - 1e-12, Math.max(value, whole.value) + 1e-12];
          expect(shrunk!.value).toBeGreaterThanOrEqual(low);
          expect(shrunk!.value).toBeLessThanOrEqual(high);
        }
      }),
    );
  });
});
