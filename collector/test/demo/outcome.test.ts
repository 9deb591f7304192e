import { describe, expect, it } from 'vitest';
import { compareIncidents } from '../../src/demo/outcome.ts';
import { INCIDENTS } from '../../src/demo/incidents.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';

const start = new Date('2026-06-01T00:00:00Z');
const DAY = 86_400_000;
const known = INCIDENTS.filter(({ id }) => id === 'amount-in-cents');
const day = (count: number) => new Date(start.getTime() + count * DAY);

function opened(field: string, detectedDay: number): Incident {
  const member = {
    field,
    statistic: 'psi',
    value: 3,
    threshold: 0.25,
    movement: 0.1,
    detectedAt: day(detectedDay),
    reason: '',
  };
  const times = { from: day(detectedDay - 1), detectedAt: day(detectedDay), closedAt: null };
  const name = { id: `i${detectedDay}`, model: 'card-fraud', environment: 'production' };
  return { ...name, kind: 'data quality', status: 'open', ...times, members: [member] };
}

describe('the outcome of the demo', () => {
  it('finds a known incident in the one that opened while it was under way and names its field', () => {
    const { findings, falseAlarms } = compareIncidents(known, [opened('amount', 7)], start, DAY);
    expect(findings[0]).toMatchObject({
      field: 'amount',
      detectedAt: day(7).toISOString(),
      kind: 'data quality',
      value: 3,
    });
    expect(falseAlarms).toEqual([]);
  });

  it('tells when the incident opened that names the field, also where the field joined it later', () => {
    const incident = opened('hour', 7);
    const joined = { ...incident, members: [...incident.members, ...opened('amount', 8).members] };
    expect(compareIncidents(known, [joined], start, DAY).findings[0]?.detectedAt).toBe(day(7).toISOString());
  });

  it('tells when the field joined an incident that had opened for another field before', () => {
    const incident = opened('hour', 5);
    const joined = { ...incident, members: [...incident.members, ...opened('amount', 8).members] };
    const { findings, falseAlarms } = compareIncidents(known, [joined], start, DAY);
    expect(findings[0]?.detectedAt).toBe(day(8).toISOString());
    expect(falseAlarms).toEqual([joined]);
  });

  it('takes another field, or another time, for not found', () => {
    const other = compareIncidents(known, [opened('hour', 7)], start, DAY);
    expect(other.findings[0]?.detectedAt).toBeNull();
    expect(other.falseAlarms).toEqual([]);
    const early = compareIncidents(known, [opened('amount', 6)], start, DAY);
    expect(early.findings[0]?.detectedAt).toBeNull();
    expect(early.falseAlarms).toHaveLength(1);
  });

  it('counts what opened where nothing was put in as a false alarm', () => {
    const incidents = [opened('amount', 7), opened('amount', 3), opened('channel', 20)];
    expect(compareIncidents(known, incidents, start, DAY).falseAlarms).toEqual(incidents.slice(1));
    expect(compareIncidents([], [opened('age', 2)], start, DAY).falseAlarms).toHaveLength(1);
  });
});
