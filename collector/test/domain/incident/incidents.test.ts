import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldVerdict } from '../../../src/domain/drift/verdict.ts';
import { modelHealth } from '../../../src/domain/health/model-health.ts';
import { foldIncidents } from '../../../src/domain/incident/fold-incidents.ts';
import { reconcileIncidents } from '../../../src/domain/incident/reconcile-incidents.ts';
import { type Mark, options, time, verdictOf, windowsOf } from './incident-fixture.ts';

function fold(fields: Record<string, string>) {
  return foldIncidents(windowsOf(fields), options).map(({ from, detectedAt, closedAt, members }) => ({
    from: from.getUTCHours(),
    detectedAt: detectedAt.getUTCHours(),
    closedAt: closedAt?.getUTCHours() ?? null,
    members: members.map(({ field }) => field),
  }));
}

describe('foldIncidents', () => {
  it.each([
    ['....w.....', []],
    ['..w..w....', []],
    ['..ww......', [{ from: 2, detectedAt: 4, closedAt: 7 }]],
    ['..w.w.....', [{ from: 2, detectedAt: 5, closedAt: 8 }]],
    ['..C.......', [{ from: 2, detectedAt: 3, closedAt: 6 }]],
    ['..w?c..w..', [{ from: 2, detectedAt: 5, closedAt: null }]],
    ['..cc??..?.', [{ from: 2, detectedAt: 4, closedAt: 10 }]],
    [
      '..cc...cc.',
      [
        { from: 2, detectedAt: 4, closedAt: 7 },
        { from: 7, detectedAt: 9, closedAt: null },
      ],
    ],
  ])('%s', (marks, expected) => {
    expect(fold({ age: marks })).toEqual(expected.map((incident) => ({ ...incident, members: ['age'] })));
  });

  it('opens alone only with the q-value that one window needs', () => {
    expect(foldIncidents(windowsOf({ age: '..C....' }, { qValue: 0.005 }), options)).toEqual([]);
  });

  it('gathers fields that move, ranked by movement, into one incident', () => {
    expect(fold({ age: '..ww......', income: '...CCC....', zip: '....w.....' })).toEqual([
      { from: 2, detectedAt: 4, closedAt: 9, members: ['income', 'age'] },
    ]);
  });

  it('has an id made of model, environment and start', () => {
    expect(foldIncidents(windowsOf({ age: '.cc' }), options)[0]!.id).toBe('m/production/2026-01-05T01:00:00.000Z');
  });

  it('tells skew, data quality and drift apart', () => {
    const kind = (more: Partial<FieldVerdict>, releaseAt?: Date) =>
      foldIncidents(windowsOf({ age: '.cc' }, more), { ...options, releaseAt: () => releaseAt })[0]!.kind;
    expect(kind({})).toBe('drift');
    expect(kind({ qualityShare: 0.9 })).toBe('data quality');
    expect(kind({ qualityShare: 0.9 }, time(0))).toBe('skew');
    expect(kind({}, time(-5))).toBe('drift');
  });
});

describe('reconcileIncidents', () => {
  const history = fc
    .record({
      a: fc.array(fc.constantFrom('.', '.', '.', 'w', 'c', 'C', '?'), { minLength: 1, maxLength: 40 }),
      b: fc.array(fc.constantFrom('.', '.', 'w'), { minLength: 40, maxLength: 40 }),
    })
    .map(({ a, b }) => windowsOf({ a: a.join(''), b: b.slice(0, a.length).join('') }));

  it('changes nothing when it is repeated, and equals the fold at first', () => {
    fc.assert(
      fc.property(history, (windows) => {
        const first = reconcileIncidents(windows, [], options);
        expect(first).toEqual(foldIncidents(windows, options));
        expect(reconcileIncidents(windows, first, options)).toEqual(first);
      }),
    );
  });

  it('gives the same incidents window by window as at once', () => {
    fc.assert(
      fc.property(history, (windows) => {
        let stepwise: ReturnType<typeof reconcileIncidents> = [];
        windows.forEach((_, k) => (stepwise = reconcileIncidents(windows.slice(0, k + 1), stepwise, options)));
        expect(stepwise).toEqual(foldIncidents(windows, options));
      }),
    );
  });

  it('gives every incident an id of its own, however often verdicts are revised, and is at rest then', () => {
    fc.assert(
      fc.property(fc.array(history, { minLength: 2, maxLength: 4 }), (revisions) => {
        let told: ReturnType<typeof reconcileIncidents> = [];
        for (const windows of revisions) {
          const before = told;
          told = reconcileIncidents(windows, before, options);
          const ids = told.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const { id } of before) expect(ids).toContain(id);
          expect(reconcileIncidents(windows, told, options)).toEqual(told);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('continues an open incident once: by the one at its opening, not by a later one too', () => {
    const before = foldIncidents(windowsOf({ age: '..cc' }), options);
    const after = reconcileIncidents(windowsOf({ age: '..cc...cc' }), before, options);
    expect(after.map(({ from, closedAt }) => [from, closedAt])).toEqual([
      [time(2), time(7)],
      [time(7), null],
    ]);
    expect(after[0]!.id).toBe(before[0]!.id);
    const moved = reconcileIncidents(windowsOf({ age: '.cccc...cc' }), before, options);
    expect(moved.map(({ id }) => id)).toEqual([before[0]!.id, `m/production/${time(8).toISOString()}`]);
  });

  it('never re-opens a closed incident', () => {
    const before = foldIncidents(windowsOf({ age: '..cc.....' }), options);
    const after = reconcileIncidents(windowsOf({ age: '..ccccc..' }), before, options);
    expect(after).toEqual(before);
  });

  it('keeps the id and the detection of an open incident when late rows move its start', () => {
    const before = foldIncidents(windowsOf({ age: '...cc' }), options);
    const [after] = reconcileIncidents(windowsOf({ age: '.cccc' }), before, options);
    expect(after).toMatchObject({ id: before[0]!.id, detectedAt: before[0]!.detectedAt, status: 'open' });
  });

  it('closes an open incident that revised verdicts no longer support', () => {
    const before = foldIncidents(windowsOf({ age: '..cc' }), options);
    const [after] = reconcileIncidents(windowsOf({ age: '..c..' }), before, options);
    expect(after).toMatchObject({ id: before[0]!.id, status: 'closed', closedAt: time(5) });
  });
});

describe('modelHealth', () => {
  const at = (marks: Record<string, Mark>): FieldVerdict[] =>
    Object.entries(marks).map(([field, mark]) => verdictOf(field, mark, 9));

  it.each([
    [{}, '..', 'unknown'],
    [{ age: '?' }, '..', 'unknown'],
    [{ age: '.', zip: '?' }, '..', 'ok'],
    [{ age: 'c' }, '..', 'warning'],
    [{ age: 'c' }, 'cc', 'critical'],
    [{ age: '.' }, 'cc', 'warning'],
  ] as const)('%j with history %s is %s', (newest, history, expected) => {
    const health = modelHealth(at(newest), foldIncidents(windowsOf({ age: history }), options));
    expect(health.verdict).toBe(expected);
    expect(health.reason.length).toBeGreaterThan(5);
  });
});
