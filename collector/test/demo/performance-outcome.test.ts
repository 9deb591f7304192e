import { describe, expect, it } from 'vitest';
import type { PerformanceRow } from '../../src/api/performance.ts';
import { CHANGES } from '../../src/demo/changes.ts';
import { INCIDENTS } from '../../src/demo/incidents.ts';
import { compareIncidents } from '../../src/demo/outcome.ts';
import { comparePerformance } from '../../src/demo/performance-outcome.ts';
import type { Incident, IncidentKind } from '../../src/domain/incident/incident.ts';

const start = new Date('2026-06-01T00:00:00Z');
const DAY = 86_400_000;
const day = (count: number) => new Date(start.getTime() + count * DAY);
const pay = CHANGES.filter(({ id }) => id === 'pay-agreement');
const campaign = CHANGES.filter(({ id }) => id === 'student-campaign');
const payDay = pay[0]!.fromHour / 24;
const campaignDay = campaign[0]!.fromHour / 24;

interface Opened {
  readonly statistic: string;
  /** Start of the first bad window. */
  readonly fromDay: number;
  readonly detectedDay: number;
  readonly kind: IncidentKind;
  readonly labels?: boolean;
}

function opened({ statistic, fromDay, detectedDay, kind, labels = false }: Opened): Incident {
  const name = { model: 'income', environment: 'production' };
  const member = { field: 'rmse', statistic, value: 9, threshold: 7, movement: null, reason: '' };
  return {
    ...name,
    id: `${name.model}/${name.environment}/${labels ? 'labels/' : ''}${day(fromDay).toISOString()}`,
    kind,
    status: 'open',
    from: day(fromDay),
    detectedAt: day(detectedDay),
    closedAt: null,
    members: [{ ...member, detectedAt: day(detectedDay) }],
  };
}

function row(kind: 'realized' | 'estimated', atDay: number, value: number): PerformanceRow {
  const own = { value, low: value, high: value, expected: 6, lowerLimit: 5, upperLimit: 7 };
  const verdict = value > 7 ? 'critical' : 'ok';
  return {
    window: { start: day(atDay).toISOString(), end: day(atDay + 1).toISOString() },
    kind,
    version: '1',
    environment: 'production',
    servingRole: 'champion',
    segment: {},
    rows: 100,
    labels: 100,
    coverage: 1,
    mature: true,
    metrics: { rmse: { ...own, verdict, reason: '' } },
    primary: 'rmse',
    verdict,
    reason: '',
    judgedAt: day(atDay + 1).toISOString(),
    adHoc: false,
  };
}

const proof = (fromDay: number, kind: IncidentKind = 'concept drift'): Incident =>
  opened({ statistic: 'unexplained', fromDay, detectedDay: fromDay + 8, kind, labels: true });
const estimate = (detectedDay: number, kind: IncidentKind = 'performance'): Incident =>
  opened({ statistic: 'estimated', fromDay: detectedDay - 1, detectedDay, kind });

describe('concept drift', () => {
  it('is seen as it should be where labels alone show it, with what they show', () => {
    const rows = [
      row('realized', payDay - 1, 6),
      row('realized', payDay, 9),
      row('realized', payDay + 1, 10),
      row('estimated', payDay, 6),
    ];
    const { performance, performanceFalseAlarms } = comparePerformance(
      [],
      pay,
      { incidents: [proof(payDay)], rows },
      start,
      DAY,
    );
    expect(performance).toEqual([
      {
        id: 'pay-agreement',
        cause: 'concept drift',
        from: day(payDay).toISOString(),
        metric: 'rmse',
        expected: 6,
        estimatedAt: null,
        estimated: null,
        provenAt: day(payDay + 8).toISOString(),
        realized: 9,
        kind: 'concept drift',
        asExpected: true,
      },
    ]);
    expect(performanceFalseAlarms).toEqual([]);
  });

  it.each([
    ['nothing showed it', []],
    ['it was taken for another kind', [proof(payDay, 'performance')]],
    ['the estimate saw it too, so the scores moved', [proof(payDay), estimate(payDay + 2)]],
    ['labels showed something else, long before', [proof(payDay - 5)]],
  ])('is not where %s', (_, incidents) => {
    const { performance } = comparePerformance([], pay, { incidents, rows: [] }, start, DAY);
    expect(performance.map(({ asExpected }) => asExpected)).toEqual([false]);
  });
});

describe('harder cases', () => {
  it('are seen as they should be where the estimate sees them before the labels', () => {
    const rows = [
      row('estimated', campaignDay, 8),
      row('estimated', campaignDay + 1, 8.5),
      row('realized', campaignDay, 9),
    ];
    const incidents = [estimate(campaignDay + 2, 'drift'), proof(campaignDay, 'performance')];
    const { performance } = comparePerformance([], campaign, { incidents, rows }, start, DAY);
    expect(performance).toMatchObject([
      {
        estimatedAt: day(campaignDay + 2).toISOString(),
        estimated: 8.5,
        provenAt: day(campaignDay + 8).toISOString(),
        realized: 9,
        kind: 'performance',
        asExpected: true,
      },
    ]);
  });

  it.each([
    ['the estimate saw nothing', [proof(campaignDay, 'performance')]],
    ['no label proved it', [estimate(campaignDay + 1)]],
    ['the estimate came after the labels', [proof(campaignDay - 0.5, 'performance'), estimate(campaignDay + 10)]],
  ])('are not where %s', (_, incidents) => {
    const { performance } = comparePerformance([], campaign, { incidents, rows: [] }, start, DAY);
    expect(performance.map(({ asExpected }) => asExpected)).toEqual([false]);
  });
});

describe('faults', () => {
  const fault = INCIDENTS.filter(({ id }) => id === 'merchant-join-broken');

  it('are listed where they cost performance, and left out where nothing was seen', () => {
    const none = comparePerformance(fault, [], { incidents: [], rows: [] }, start, DAY);
    expect(none.performance).toEqual([]);
    const seen = comparePerformance(fault, [], { incidents: [estimate(24)], rows: [] }, start, DAY);
    expect(seen.performance).toMatchObject([
      { id: 'merchant-join-broken', cause: 'frozen feature', estimatedAt: day(24).toISOString(), asExpected: true },
    ]);
  });
});

describe('an incident that labels prove', () => {
  it('may begin with a bad window shortly before: persistence looks at three', () => {
    const rows = [row('realized', payDay, 9)];
    const findAt = (fromDay: number) => comparePerformance([], pay, { incidents: [proof(fromDay)], rows }, start, DAY);
    expect(findAt(payDay - 2)).toMatchObject({ performance: [{ asExpected: true }], performanceFalseAlarms: [] });
    expect(findAt(payDay - 3)).toMatchObject({ performance: [{ asExpected: false }], performanceFalseAlarms: [{}] });
  });
});

describe('false alarms of performance', () => {
  it('are incidents of metrics that nothing known decided about, whenever labels proved them', () => {
    const known = proof(payDay + 3);
    const early = proof(payDay - 8);
    const moved = estimate(payDay - 2);
    const seen = { incidents: [known, early, moved], rows: [] };
    expect(comparePerformance([], pay, seen, start, DAY).performanceFalseAlarms).toEqual([early, moved]);
  });

  it('are not incidents of fields: those are counted with the drift', () => {
    const ofField = opened({ statistic: 'psi', fromDay: 2, detectedDay: 3, kind: 'drift' });
    const { performanceFalseAlarms } = comparePerformance([], pay, { incidents: [ofField], rows: [] }, start, DAY);
    expect(performanceFalseAlarms).toEqual([]);
    expect(compareIncidents([], [ofField], start, DAY, pay).falseAlarms).toEqual([ofField]);
  });
});

describe('drift during a change of the world', () => {
  it('is no false alarm, and before it one', () => {
    const at = (detectedDay: number) => opened({ statistic: 'psi', fromDay: 0, detectedDay, kind: 'drift' });
    const [during, before] = [at(campaignDay + 2), at(campaignDay - 2)];
    expect(compareIncidents([], [during, before], start, DAY, campaign).falseAlarms).toEqual([before]);
  });
});
