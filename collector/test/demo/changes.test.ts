import { describe, expect, it } from 'vitest';
import { CHANGES, changesOf } from '../../src/demo/changes.ts';
import type { KnownChange } from '../../src/demo/changes.ts';
import { createRowReader } from '../../src/demo/columns.ts';
import type { Cell } from '../../src/demo/columns.ts';
import { incidentsOf } from '../../src/demo/incidents.ts';
import { createSimulator, TRAFFIC_DAYS } from '../../src/demo/simulator.ts';
import type { Simulator } from '../../src/demo/simulator.ts';

const start = new Date('2026-06-01T00:00:00Z');
const settings = { seed: 11, start, scale: 0.05 };
const AGREED = ['care', 'hospitality', 'trade', 'transport'];

function find(kind: KnownChange['kind']): KnownChange {
  return CHANGES.find((change) => change.kind === kind)!;
}

function rowsOf(simulator: Simulator, hour: number): Record<string, Cell>[] {
  return simulator.hour(hour).flatMap(({ tensors, rowCount, labels }) => {
    const read = createRowReader(simulator.world.fields, tensors);
    return Array.from({ length: rowCount }, (_, i) => ({ ...read(i), truth: labels[i]! }));
  });
}

describe('the known changes of the world', () => {
  it('are one of each kind, inside the traffic, and meet no known incident of their model', () => {
    expect(CHANGES.map(({ kind }) => kind).toSorted()).toEqual(['concept drift', 'harder cases']);
    for (const { model, fromHour, toHour } of CHANGES) {
      expect(fromHour).toBeGreaterThan(0);
      expect(toHour).toBe(TRAFFIC_DAYS * 24);
      // Four clean days before, as between incidents.
      for (const incident of incidentsOf(model)) expect(fromHour - incident.toHour).toBeGreaterThanOrEqual(4 * 24);
      expect(changesOf(model)).toHaveLength(1);
    }
    expect(changesOf('card-fraud')).toEqual([]);
  });

  it('change nothing before they begin', () => {
    for (const { model, fromHour } of CHANGES) {
      const still = createSimulator({ ...settings, model, changes: [] });
      const changing = createSimulator({ ...settings, model });
      for (let hour = 0; hour < fromHour; hour += 7) expect(changing.hour(hour)).toEqual(still.hour(hour));
      expect(changing.reference(500)).toEqual({ ...still.reference(500), rows: expect.any(Function) as unknown });
    }
  });

  it('leave every input as it is, row by row, in concept drift, and change what is true of the agreed occupations alone', () => {
    const { model, fromHour, toHour, strength } = find('concept drift');
    const still = createSimulator({ ...settings, model, changes: [] });
    const changing = createSimulator({ ...settings, model });
    const raised = { agreed: 0, others: 0 };
    for (let hour = fromHour; hour < toHour; hour++) {
      const after = changing.hour(hour);
      const before = still.hour(hour);
      expect(after.map(({ tensors }) => tensors)).toEqual(before.map(({ tensors }) => tensors));
      expect(after.map(({ ids }) => ids)).toEqual(before.map(({ ids }) => ids));
      expect(after.map(({ labelTimes }) => labelTimes)).toEqual(before.map(({ labelTimes }) => labelTimes));
      const rows = rowsOf(changing, hour);
      rowsOf(still, hour).forEach(({ truth, occupation }, i) => {
        const isAgreed = AGREED.includes(String(occupation));
        // Amounts are whole euros.
        const expected = Number(truth) * (isAgreed ? 1 + strength : 1);
        expect(Math.abs(Number(rows[i]!['truth']) - expected)).toBeLessThanOrEqual(isAgreed ? 1.5 : 0);
        raised[isAgreed ? 'agreed' : 'others']++;
      });
    }
    expect(raised.agreed).toBeGreaterThan(1000);
    expect(raised.others).toBeGreaterThan(1000);
  });

  it('bring students without a credit history in the stated share, and defaults follow the same truth', () => {
    const { model, fromHour, strength } = find('harder cases');
    const changing = createSimulator({ ...settings, model, scale: 0.25 });
    const isNewcomer = (row: Record<string, Cell>) =>
      row['employment'] === 'student' && row['housing'] === 'with_family' && Number(row['credit_history_years']) <= 2;
    const share = (from: number) => {
      const rows = Array.from({ length: 48 }, (_, i) => rowsOf(changing, from + i)).flat();
      return rows.filter(isNewcomer).length / rows.length;
    };
    expect(share(fromHour - 48)).toBeLessThan(0.1);
    expect(share(fromHour)).toBeGreaterThan(strength - 0.03);
    expect(share(fromHour)).toBeLessThan(strength + 0.1);
  });
});
