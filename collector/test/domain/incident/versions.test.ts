import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldIncidents, type JudgedWindow } from '../../../src/domain/incident/fold-incidents.ts';
import { reconcileIncidents } from '../../../src/domain/incident/reconcile-incidents.ts';
import { type Mark, options, time, verdictOf } from './incident-fixture.ts';

/** One text per version for the field `age`, one mark per hour; a blank where the version did not serve. */
function served(versions: Record<string, string>): JudgedWindow[] {
  const hours = Math.max(...Object.values(versions).map((marks) => marks.length));
  return Array.from({ length: hours }, (_, hour) => ({
    window: { start: time(hour), end: time(hour + 1) },
    verdicts: Object.entries(versions).flatMap(([version, marks]) => {
      const mark = marks[hour] ?? ' ';
      return mark === ' ' ? [] : [{ ...verdictOf('age', mark as Mark, hour), version }];
    }),
  }));
}

function fold(versions: Record<string, string>) {
  return foldIncidents(served(versions), options).map(({ from, detectedAt, closedAt, members }) => ({
    from: from.getUTCHours(),
    detectedAt: detectedAt.getUTCHours(),
    closedAt: closedAt?.getUTCHours() ?? null,
    members: members.map(({ version }) => version),
  }));
}

describe('versions that serve at the same time', () => {
  it.each([
    ['one that is broken opens, whatever the other says', { v3: '........', v4: '..cc....' }, 2, 4, 7, ['v4']],
    ['the ok of a sound one does not close it', { v3: '..........', v4: '..cccccccc' }, 2, 4, null, ['v4']],
    ['both are members', { v3: '.ww.....', v4: '..cc....' }, 1, 3, 7, ['v4', 'v3']],
    ['an unknown one is not closed by the other', { v3: '.........', v4: '..cc?????' }, 2, 4, null, ['v4']],
    ['after a roll-back the other closes it', { v3: '..........', v4: '..cc      ' }, 2, 4, 8, ['v4']],
    ['after a release that is off too it stays open', { v3: '..cc      ', v4: '    cccccc' }, 2, 4, null, ['v3', 'v4']],
  ])('%s', (_, versions, from, detectedAt, closedAt, members) => {
    expect(fold(versions)).toEqual([{ from, detectedAt, closedAt, members }]);
  });

  it('do not add up to a persistence that neither has', () => {
    expect(fold({ v3: '..w.....', v4: '...w....' })).toEqual([]);
  });

  it('name their release: skew is that of the version whose verdict is strongest', () => {
    const releases: Record<string, Date> = { v3: time(-500), v4: time(2) };
    const releaseAt = (version: string): Date | undefined => releases[version];
    const kindOf = (versions: Record<string, string>) =>
      foldIncidents(served(versions), { ...options, releaseAt })[0]?.kind;
    expect(kindOf({ v3: '.......', v4: '  cc...' })).toBe('skew');
    expect(kindOf({ v3: '..cc...', v4: '  .....' })).toBe('drift');
    expect(kindOf({ v3: '..cc...', v4: '  ww...' }), 'a warning of 1.5 limits beats a critical of 1.2').toBe('skew');
    expect(kindOf({ v3: '..ww...', v4: '  cc...' })).toBe('drift');
  });

  const marks = fc.string({ unit: fc.constantFrom('.', '.', '.', ' ', 'w', 'c', 'C', '?'), maxLength: 30 });
  const traffic = fc.record({ v3: marks, v4: marks });

  it('give the same incidents window by window as at once, each with an id of its own', () => {
    fc.assert(
      fc.property(traffic, (versions) => {
        const windows = served(versions);
        let stepwise: ReturnType<typeof reconcileIncidents> = [];
        windows.forEach((_, k) => (stepwise = reconcileIncidents(windows.slice(0, k + 1), stepwise, options)));
        expect(stepwise).toEqual(foldIncidents(windows, options));
        expect(new Set(stepwise.map(({ id }) => id)).size).toBe(stepwise.length);
      }),
    );
  });

  it('may have windows of several lengths: ids stay apart', () => {
    const day = { start: time(0), end: time(24) };
    const thin = { ...verdictOf('age', 'C', 0), window: day, version: 'v4' };
    const windows = [...served({ v3: 'CC'.padEnd(24, '.') }), { window: day, verdicts: [thin] }];
    const ids = reconcileIncidents(windows, [], options).map(({ id }) => id);
    expect(ids).toEqual([`m/production/${time(0).toISOString()}`]);
  });
});
