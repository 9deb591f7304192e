import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/domain/drift/verdict.ts';
import { foldIncidents, sourceOf, type JudgedWindow } from '../../../src/domain/incident/fold-incidents.ts';
import { reconcileIncidents } from '../../../src/domain/incident/reconcile-incidents.ts';
import { METRIC_STATISTICS, type TrackedVerdict } from '../../../src/domain/incident/tracked-verdict.ts';
import { options, time, verdictOf, windowsOf, type Mark } from './incident-fixture.ts';

type Kind = keyof typeof METRIC_STATISTICS;

function metric(kind: Kind, verdict: Verdict, strength: number, hour: number): TrackedVerdict {
  const base = verdictOf('roc_auc', '.', hour);
  return {
    ...base,
    role: 'output',
    decision: { ...base.decision, statistic: METRIC_STATISTICS[kind], reference: METRIC_STATISTICS[kind], value: 0.7 },
    impact: { shift: null, movement: null, method: 'none', low: null, high: null },
    pValue: null,
    qValue: null,
    verdict,
    strength,
  };
}

const STRENGTH: Readonly<Record<Mark, [Verdict, number]>> = {
  '.': ['ok', 0],
  w: ['warning', 1.2],
  c: ['critical', 1.5],
  C: ['critical', 2.5],
  '?': ['unknown', 0],
};

/** Windows of metrics alone, a mark per hour. */
function metricWindows(marks: Partial<Record<Kind, string>>, knownAt?: Date): JudgedWindow[] {
  const hours = Math.max(...Object.values(marks).map((text) => text.length));
  return Array.from({ length: hours }, (_, hour) => ({
    window: { start: time(hour), end: time(hour + 1) },
    verdicts: Object.entries(marks).map(([kind, text]) => metric(kind as Kind, ...STRENGTH[text[hour] as Mark], hour)),
    ...(knownAt === undefined ? {} : { knownAt }),
  }));
}

describe('metrics in incidents', () => {
  it('opens with two of three windows, or one at twice the limit', () => {
    expect(foldIncidents(metricWindows({ estimated: '.w.c' }), options)).toMatchObject([
      { kind: 'performance', status: 'open', from: time(1), detectedAt: time(4), members: [{ field: 'roc_auc' }] },
    ]);
    expect(foldIncidents(metricWindows({ estimated: '.C' }), options)).toHaveLength(1);
    expect(foldIncidents(metricWindows({ estimated: '.c..w' }), options)).toEqual([]);
    expect(foldIncidents(metricWindows({ estimated: '?C?' }), options)).toHaveLength(1);
  });

  it('is of kind concept drift where labels say what no score explains', () => {
    const windows = metricWindows({ realized: 'cc', concept: 'cc' });
    const [incident] = foldIncidents(windows, { ...options, source: 'labels' });
    expect(incident).toMatchObject({ kind: 'concept drift', id: `m/production/labels/${time(0).toISOString()}` });
    expect(incident?.members.map(({ statistic }) => statistic).toSorted()).toEqual(['realized', 'unexplained']);
    expect(incident && sourceOf(incident)).toBe('labels');
    const [realized] = foldIncidents(metricWindows({ realized: 'cc', concept: '..' }), options);
    expect(realized?.kind).toBe('performance');
  });

  it('is detected when the labels were known', () => {
    const [incident] = foldIncidents(metricWindows({ realized: 'cc' }, time(500)), { ...options, source: 'labels' });
    expect(incident).toMatchObject({ from: time(0), detectedAt: time(500), members: [{ detectedAt: time(500) }] });
  });

  it('is withdrawn when corrected labels no longer support it, though its windows ended long before it was detected', () => {
    const labels = { ...options, source: 'labels' } as const;
    const wrong = reconcileIncidents(metricWindows({ realized: '.C' }, time(500)), [], labels);
    expect(wrong).toMatchObject([{ status: 'open', detectedAt: time(500) }]);
    const right = reconcileIncidents(metricWindows({ realized: '..????' }, time(600)), wrong, labels);
    expect(right).toMatchObject([{ id: wrong[0]?.id, status: 'closed' }]);
    const later = reconcileIncidents(metricWindows({ realized: '....CC' }, time(700)), right, labels);
    expect(later.map(({ from, status }) => [from, status])).toEqual([
      [time(1), 'closed'],
      [time(4), 'open'],
    ]);
  });

  it('keeps the kind of the fields that moved, and the metric after them', () => {
    const windows = windowsOf({ age: 'cc' }).map((one, hour) => ({
      ...one,
      verdicts: [...one.verdicts, metric('estimated', 'critical', 1.5, hour)],
    }));
    const [incident] = foldIncidents(windows, options);
    expect(incident?.kind).toBe('drift');
    expect(incident?.members.map(({ field }) => field)).toEqual(['age', 'roc_auc']);
  });

  it('stays open until the metric is clean too, though it is judged over longer windows', () => {
    const day = (from: number, verdict: Verdict): JudgedWindow => {
      const window = { start: time(from), end: time(from + 24) };
      return { window, verdicts: [{ ...metric('estimated', verdict, verdict === 'ok' ? 0 : 3, from), window }] };
    };
    const hourly = windowsOf({ age: `cc${'.'.repeat(22 + 96)}` });
    const all = [...hourly, day(0, 'critical'), day(24, 'ok'), day(48, 'ok'), day(72, 'ok')].sort(
      (a, b) => a.window.end.getTime() - b.window.end.getTime() || a.window.start.getTime() - b.window.start.getTime(),
    );
    const incidents = foldIncidents(all, options);
    // The field alone closes after three clean hours, before the day's metric is known; that one opens an incident of its own.
    expect(incidents.map(({ kind, status }) => [kind, status])).toEqual([
      ['drift', 'closed'],
      ['performance', 'closed'],
    ]);
    expect(incidents[0]?.closedAt).toEqual(time(5));
    expect(incidents[1]?.closedAt).toEqual(time(96));
  });
});
