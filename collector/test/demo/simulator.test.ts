import { describe, expect, it } from 'vitest';
import { createRowReader } from '../../src/demo/columns.ts';
import type { Cell } from '../../src/demo/columns.ts';
import { createDayEffects, DAY_CORRELATION, DAY_DEVIATION } from '../../src/demo/day-effects.ts';
import { createSimulator, REFERENCE_DAYS, TRAFFIC_DAYS } from '../../src/demo/simulator.ts';
import type { Batch, Simulator } from '../../src/demo/simulator.ts';
import { MODEL_NAMES } from '../../src/demo/world.ts';

const start = new Date('2026-06-01T00:00:00Z');
const DAY_MS = 86_400_000;

function rowsOf(simulator: Simulator, batches: Iterable<Batch>): Record<string, Cell>[] {
  return [...batches].flatMap((batch) => {
    const read = createRowReader(simulator.world.fields, batch.tensors);
    return Array.from({ length: batch.rowCount }, (_, i) => read(i));
  });
}

function countRows(batches: Iterable<Batch>): number {
  let rows = 0;
  for (const batch of batches) rows += batch.rowCount;
  return rows;
}

/** Greatest distance of two distribution functions, of numbers with missing ones as a mass of its own. */
function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): number {
  const left = a.toSorted((x, y) => x - y);
  const right = b.toSorted((x, y) => x - y);
  let [i, j, distance] = [0, 0, 0];
  while (i < left.length && j < right.length) {
    const value = Math.min(left[i]!, right[j]!);
    while (left[i] === value) i++;
    while (right[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / left.length - j / right.length));
  }
  return distance;
}

/** Greatest difference of the shares of any category. */
function greatestShareDifference(a: readonly Cell[], b: readonly Cell[]): number {
  const share = (cells: readonly Cell[], category: Cell) =>
    cells.filter((cell) => cell === category).length / cells.length;
  return Math.max(...[...new Set([...a, ...b])].map((category) => Math.abs(share(a, category) - share(b, category))));
}

describe.each(MODEL_NAMES)('traffic of %s', (model) => {
  it('is the same for the same seed, in any order of calls, and another for another seed', () => {
    const one = createSimulator({ seed: 1, model, start, scale: 0.1 });
    const two = createSimulator({ seed: 1, model, start, scale: 0.1 });
    const late = two.hour(500);
    two.reference(1_000);
    expect([...two.traffic(2)]).toEqual([...one.traffic(2)]);
    expect(one.hour(500)).toEqual(late);
    expect(two.reference(500).tensors).toEqual(one.reference(500).tensors);
    expect([...createSimulator({ seed: 2, model, start, scale: 0.1 }).traffic(1)]).not.toEqual([...one.traffic(1)]);
  });

  it('has tensors as long as its rows, one segment value per batch, and at most 512 rows in a batch', () => {
    const simulator = createSimulator({ seed: 1, model, start });
    for (const batch of simulator.traffic(1)) {
      expect(batch.rowCount).toBeGreaterThan(0);
      expect(batch.rowCount).toBeLessThanOrEqual(512);
      expect(batch.labels).toHaveLength(batch.rowCount);
      for (const { dims, data } of Object.values(batch.tensors)) {
        expect(dims[0]).toBe(batch.rowCount);
        expect(data).toHaveLength(dims[0] * dims[1]);
      }
      const { segment } = simulator.world;
      if (segment === undefined) expect(batch.segment).toEqual({});
      else expect(segment.values).toContain(batch.segment[segment.key]);
      expect(batch.start.getTime() % 3_600_000).toBe(0);
    }
  });

  it('has a daily and a weekly cycle of volume', () => {
    const simulator = createSimulator({ seed: 4, model, start, scale: 0.25 });
    const byHour = new Array<number>(24).fill(0);
    const byWeekday = new Array<number>(7).fill(0);
    // Four whole weeks from a Monday.
    for (let hour = 0; hour < 28 * 24; hour++) {
      const rows = countRows(simulator.hour(hour));
      byHour[hour % 24]! += rows;
      byWeekday[Math.floor(hour / 24) % 7]! += rows;
    }
    expect(Math.max(...byHour) / Math.min(...byHour)).toBeGreaterThan(5);
    expect(Math.max(...byWeekday) / Math.min(...byWeekday)).toBeGreaterThan(1.15);
  });

  it('agrees with the reference in the distribution of every field on quiet days', () => {
    const simulator = createSimulator({ seed: 6, model, start, incidents: [], changes: [], scale: 0.25 });
    const traffic = rowsOf(simulator, simulator.traffic(28));
    const reference = [...simulator.reference().rows()];
    for (const { name, type } of simulator.world.fields) {
      const live = traffic.map((row) => row[name]!);
      const past = reference.map((row) => row[name]!);
      // Both pool 28 days, whose AR(1) effects leave the difference of two means a standard error of 0.024 deviations
      // (0.045 x sqrt((1 + 0.6) / (1 - 0.6)) x sqrt(2 / 28)), which is 0.0095 of a distribution function at its steepest;
      // two samples of 20,000 and at least 60,000 rows add 0.004. 0.04 lies beyond three of both together.
      const distance =
        type === 'string'
          ? greatestShareDifference(live, past)
          : kolmogorovSmirnov(
              live.map((value) => Number(value ?? -1e9)),
              past.map((value) => Number(value ?? -1e9)),
            );
      expect(distance, name).toBeLessThan(0.04);
    }
  });

  it('has a reference in order of time, from the 28 days before the start', () => {
    const reference = createSimulator({ seed: 1, model, start }).reference(5_000);
    expect(reference.rowCount).toBeGreaterThan(4_500);
    expect(reference.rowCount).toBeLessThan(5_500);
    expect(reference.times).toEqual(reference.times.toSorted());
    expect(reference.times[0]).toBeGreaterThanOrEqual(start.getTime() - REFERENCE_DAYS * DAY_MS);
    expect(reference.times.at(-1)).toBeLessThan(start.getTime());
    const days = new Set(reference.times.map((time) => Math.floor(time / DAY_MS)));
    expect(days.size).toBe(REFERENCE_DAYS);
  });
});

describe('the full demo', () => {
  it('has at least a million rows in 30 days', () => {
    let rows = 0;
    for (const model of MODEL_NAMES) rows += countRows(createSimulator({ seed: 1, model, start }).traffic());
    expect(TRAFFIC_DAYS).toBe(30);
    expect(rows).toBeGreaterThan(1_000_000);
  });

  it('refuses a start within a day and a volume of nothing', () => {
    const model = 'income';
    expect(() => createSimulator({ seed: 1, model, start: new Date('2026-06-01T10:00:00Z') })).toThrow(RangeError);
    expect(() => createSimulator({ seed: 1, model, start, scale: 0 })).toThrow(RangeError);
  });
});

describe('mix', () => {
  const simulator = createSimulator({ seed: 8, model: 'credit-default', start, incidents: [], changes: [] });
  const appShare = (hours: readonly number[]) => {
    const batches = hours.flatMap((hour) => simulator.hour(hour));
    return countRows(batches.filter((batch) => batch.segment['channel'] === 'app')) / countRows(batches);
  };
  const days = Array.from({ length: 28 }, (_, day) => day);

  it('changes through the day and through the week', () => {
    const evening = appShare(days.map((day) => day * 24 + 21));
    const morning = appShare(days.map((day) => day * 24 + 10));
    expect(evening - morning).toBeGreaterThan(0.2);
    const noons = (wanted: (weekday: number) => boolean) =>
      days.filter((day) => wanted(day % 7)).map((day) => day * 24 + 12);
    expect(appShare(noons((weekday) => weekday >= 5)) - appShare(noons((weekday) => weekday < 5))).toBeGreaterThan(
      0.01,
    );
  });

  it('varies from day to day more than independent rows would', () => {
    // Debt burdens of whole weekdays: their means differ by the day's effect besides the sampling error.
    const means = days
      .filter((day) => day % 7 < 5)
      .map((day) => {
        const hours = Array.from({ length: 24 }, (_, hour) => simulator.hour(day * 24 + hour)).flat();
        const values = hours.flatMap((batch) => Array.from(batch.tensors['debt_to_income']!.data as Float32Array));
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        return { mean, squaredError: variance / values.length };
      });
    const grand = means.reduce((sum, { mean }) => sum + mean, 0) / means.length;
    const between = means.reduce((sum, { mean }) => sum + (mean - grand) ** 2, 0) / (means.length - 1);
    const within = means.reduce((sum, { squaredError }) => sum + squaredError, 0) / means.length;
    expect(between / within).toBeGreaterThan(3);
  });
});

describe('createDayEffects', () => {
  it('is a stationary AR(1) process with the stated deviation and correlation', () => {
    const effects = createDayEffects(3, 'income', -20_000);
    const values = Array.from({ length: 20_000 }, (_, i) => effects('spend', i - 20_000));
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const covariance = values.slice(1).reduce((sum, value, i) => sum + value * values[i]!, 0) / (values.length - 1);
    expect(Math.sqrt(variance)).toBeCloseTo(DAY_DEVIATION, 2);
    expect(covariance / variance).toBeCloseTo(DAY_CORRELATION, 1);
    expect(() => effects('spend', -20_001)).toThrow(RangeError);
  });
});
