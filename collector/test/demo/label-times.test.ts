import { describe, expect, it } from 'vitest';
import { drawLabelTimes } from '../../src/demo/label-times.ts';
import { createRandom } from '../../src/demo/random.ts';
import { createSimulator } from '../../src/demo/simulator.ts';
import { MODEL_NAMES } from '../../src/demo/world.ts';
import { WORLDS } from '../../src/demo/worlds.ts';

const start = new Date('2026-06-01T00:00:00Z');
const DAY_MS = 86_400_000;

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)]!;
}

describe.each(MODEL_NAMES)('labels of %s', (model) => {
  const { labels: policy } = WORLDS[model];

  it('come after the stated delays, half of them by the median and 95 % by the late quantile', () => {
    const count = 40_000;
    const times = drawLabelTimes(policy, new Array<number>(count).fill(1), (row) => row, createRandom(1, model));
    const delays = Array.from(times, (time, row) => (time - row) / DAY_MS);
    // Relative standard errors of these quantiles of 40,000: 0.4 % and 0.6 % at the widest spread.
    expect(quantile(delays, 0.5) / policy.medianDays).toBeCloseTo(1, 1);
    expect(quantile(delays, 0.95) / policy.p95Days).toBeCloseTo(1, 1);
    expect(Math.min(...delays)).toBeGreaterThan(0);
    expect(policy.p95Days).toBeLessThanOrEqual(7);
  });

  it('come for every row, or for positives alone, never before their row', () => {
    for (const batch of createSimulator({ seed: 5, model, start, scale: 0.2 }).traffic(1)) {
      expect(batch.labelTimes).toHaveLength(batch.rowCount);
      batch.labelTimes.forEach((time, i) => {
        const comes = policy.comeFor !== 'positives' || batch.labels[i] === 1;
        expect(Number.isNaN(time)).toBe(!comes);
        if (comes) expect(time).toBeGreaterThan(batch.start.getTime());
      });
    }
  });

  it('name rows by ids of which no two are the same', () => {
    const ids = [...createSimulator({ seed: 5, model, start, scale: 0.2 }).traffic(3)].flatMap((batch) => batch.ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id.startsWith(`${model}-`))).toBe(true);
  });

  it('have delays in the reference too', () => {
    const reference = createSimulator({ seed: 5, model, start }).reference(2_000);
    const known = Array.from(reference.labelTimes, (time, i) => ({ time, row: reference.times[i]! })).filter(
      ({ time }) => !Number.isNaN(time),
    );
    expect(known.length).toBe(
      policy.comeFor !== 'positives' ? reference.rowCount : reference.labels.filter((label) => label === 1).length,
    );
    for (const { time, row } of known) expect(time).toBeGreaterThan(row);
  });
});
