import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/demo/columns.ts';
import { createRowReader } from '../../src/demo/columns.ts';
import { INCIDENTS, incidentsOf } from '../../src/demo/incidents.ts';
import type { KnownIncident } from '../../src/demo/incidents.ts';
import { createSimulator, TRAFFIC_DAYS } from '../../src/demo/simulator.ts';
import type { Simulator } from '../../src/demo/simulator.ts';
import { MODEL_NAMES } from '../../src/demo/world.ts';

const start = new Date('2026-06-01T00:00:00Z');
const settings = { seed: 11, start, scale: 0.05 };

function rowsOf(simulator: Simulator, hour: number): Record<string, Cell>[] {
  return simulator.hour(hour).flatMap((batch) => {
    const read = createRowReader(simulator.world.fields, batch.tensors);
    return Array.from({ length: batch.rowCount }, (_, i) => read(i));
  });
}

/** Pairs of (clean, faulty) values of the incident's field, from all hours in which it is active. */
function valuesOf(incident: KnownIncident, fromHour = incident.fromHour, toHour = incident.toHour): [Cell, Cell][] {
  const clean = createSimulator({ ...settings, model: incident.model, incidents: [] });
  const faulty = createSimulator({ ...settings, model: incident.model });
  const pairs: [Cell, Cell][] = [];
  for (let hour = fromHour; hour < toHour; hour++) {
    const after = rowsOf(faulty, hour);
    rowsOf(clean, hour).forEach((row, i) => pairs.push([row[incident.field]!, after[i]![incident.field]!]));
  }
  return pairs;
}

function find(kind: KnownIncident['fault']['kind']): KnownIncident {
  return INCIDENTS.find((incident) => incident.fault.kind === kind)!;
}

describe('the known incidents', () => {
  it('are one of each kind, inside the traffic, on two models, with at least 4 clean days after each', () => {
    expect(INCIDENTS.map((incident) => incident.fault.kind).toSorted()).toEqual(
      ['frozen feature', 'missing feature', 'new category', 'slow shift', 'unit change'].toSorted(),
    );
    expect(MODEL_NAMES.filter((model) => incidentsOf(model).length === 0)).toEqual(['income']);
    for (const model of MODEL_NAMES) {
      const incidents = incidentsOf(model);
      incidents.forEach((incident, i) => {
        expect(incident.fromHour).toBeGreaterThanOrEqual(4 * 24);
        const quietUntil = incidents[i + 1]?.fromHour ?? TRAFFIC_DAYS * 24;
        expect(quietUntil - incident.toHour).toBeGreaterThanOrEqual(4 * 24);
      });
    }
  });

  it.each(MODEL_NAMES)('change their own field, in their own hours, and nothing else: %s', (model) => {
    const clean = createSimulator({ ...settings, model, incidents: [] });
    const faulty = createSimulator({ ...settings, model });
    for (let hour = 0; hour < TRAFFIC_DAYS * 24; hour++) {
      const before = clean.hour(hour);
      const after = faulty.hour(hour);
      expect(after.map((batch) => batch.labels)).toEqual(before.map((batch) => batch.labels));
      const active = faulty.incidents.filter((incident) => hour >= incident.fromHour && hour < incident.toHour);
      if (active.length === 0) {
        expect(after).toEqual(before);
        continue;
      }
      expect(active).toHaveLength(1);
      const { field } = active[0]!;
      const others = (row: Record<string, Cell>) => Object.entries(row).filter(([name]) => name !== field);
      const rowsBefore = rowsOf(clean, hour);
      const rowsAfter = rowsOf(faulty, hour);
      expect(rowsAfter.map(others)).toEqual(rowsBefore.map(others));
      if (rowsBefore.length >= 20) {
        expect(rowsAfter.map((row) => row[field])).not.toEqual(rowsBefore.map((row) => row[field]));
      }
    }
  });

  it('multiply by 100 in a unit change', () => {
    for (const [clean, faulty] of valuesOf(find('unit change'))) {
      expect(Number(faulty) / Number(clean)).toBeCloseTo(100, 3);
    }
  });

  it('lose 60 % of the values of a missing feature and leave the others as they are', () => {
    const pairs = valuesOf(find('missing feature')).filter(([clean]) => clean !== null);
    const lost = pairs.filter(([, faulty]) => faulty === null).length / pairs.length;
    expect(lost).toBeGreaterThan(0.55);
    expect(lost).toBeLessThan(0.65);
    for (const [clean, faulty] of pairs) if (faulty !== null) expect(faulty).toBe(clean);
  });

  it('put a category that neither the reference nor training has into 15 % of the rows', () => {
    const incident = find('new category');
    const category = incident.fault.kind === 'new category' ? incident.fault.category : '';
    const pairs = valuesOf(incident);
    const share = pairs.filter(([, faulty]) => faulty === category).length / pairs.length;
    expect(share).toBeGreaterThan(0.12);
    expect(share).toBeLessThan(0.18);
    for (const [clean, faulty] of pairs) if (faulty !== category) expect(faulty).toBe(clean);
    const simulator = createSimulator({ ...settings, model: incident.model });
    for (const history of [simulator.reference(), simulator.training()]) {
      for (const row of history.rows()) expect(row[incident.field]).not.toBe(category);
    }
  });

  it('shift day k by 0.1 k standard deviations of the reference', () => {
    const incident = find('slow shift');
    const simulator = createSimulator({ ...settings, model: incident.model });
    const values = [...simulator.reference().rows()].map((row) => Number(row[incident.field]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const days = (incident.toHour - incident.fromHour) / 24;
    expect(days).toBe(8);
    for (let day = 1; day <= days; day++) {
      const from = incident.fromHour + (day - 1) * 24;
      for (const [clean, faulty] of valuesOf(incident, from, from + 24)) {
        expect((Number(faulty) - Number(clean)) / deviation).toBeCloseTo(0.1 * day, 4);
      }
    }
  });

  it('hold a frozen feature at one value', () => {
    const values = new Set(valuesOf(find('frozen feature')).map(([, faulty]) => faulty));
    expect([...values]).toEqual([12]);
  });
});
