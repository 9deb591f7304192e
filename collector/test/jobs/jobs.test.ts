import { describe, expect, it } from 'vitest';
import { createJobs, type JobsSettings } from '../../src/jobs/jobs.ts';
import type { StoredVerdict, TouchedHour } from '../../src/store/store.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const noon = Date.UTC(2026, 0, 10, 12);

/** Jobs over a store that knows only what the test says; `readSeries` tells which models were looked at. */
function openJobs(options: { failing?: string; joinFails?: boolean; baselines?: Map<string, string | null> }) {
  const looked: string[] = [];
  const baselines =
    options.baselines ??
    new Map([
      ['bad', 'a'],
      ['good', 'b'],
    ]);
  const hours: TouchedHour[] = ['bad', 'good'].map((model) => {
    const hour = new Date(noon - 2 * DAY);
    return { model, environment: 'production', hour, newest: new Date(noon - DAY), rows: 1 };
  });
  const versionsOf = (model: string) => {
    const hash = baselines.get(model) ?? null;
    return [{ version: '1', registeredAt: '2026-01-01T00:00:00Z', baseline: hash === null ? null : { hash } }];
  };
  const revisions: number[] = [];
  const store = {
    touchedHours: (since: Date) => Promise.resolve(hours.filter(({ newest }) => newest >= since)),
    rollUp: (_range: unknown, revision: number) => Promise.resolve(void revisions.push(revision)),
    readSeries: ({ model }: { model: string }) => {
      looked.push(model);
      return model === options.failing ? Promise.reject(new Error('a blob is gone')) : Promise.resolve([]);
    },
    readDrift: () => Promise.resolve<StoredVerdict[]>([]),
    readIncidents: () => Promise.resolve([]),
    readHealth: () => Promise.resolve([]),
    appendHealth: () => Promise.resolve(),
    joinedThrough: () => Promise.resolve(new Date(0)),
    joinLabels: () =>
      options.joinFails === true
        ? Promise.reject(new Error('the join took too long'))
        : Promise.resolve({ joined: 0, windows: [], through: new Date(0) }),
    touchedLabels: () => Promise.resolve([]),
    readPerformance: () => Promise.resolve([]),
    countPredictions: () => Promise.resolve([]),
  };
  const registry = {
    refresh: () => Promise.resolve(),
    listModels: () => [...baselines.keys()].map((model) => ({ model, versions: versionsOf(model) })),
    showModel: (model: string) => Promise.resolve({ model, versions: versionsOf(model) }),
    choose: () => Promise.resolve({}),
    find: () => Promise.resolve({}),
    referenceOf: () => Promise.resolve(undefined),
    newestModelFiles: () => [],
    modelFileOf: () => ({
      task: 'binary',
      outputs: [],
      windows: { driftMs: DAY, performanceMs: DAY, graceMs: 0 },
      alerts: { falsePerWeek: 0.1 },
      minRows: 200,
    }),
  };
  let revision = 0;
  const jobs = createJobs({
    store,
    registry,
    now: () => noon,
    drain: () => Promise.resolve(),
    nextRevision: () => ++revision,
    quietMs: HOUR,
    since: new Date(0),
  } as unknown as JobsSettings);
  return { jobs, looked, baselines, revisions };
}

describe('jobs', () => {
  it('judge the other models although one cannot be judged, and try that one again', async () => {
    const { jobs, looked } = openJobs({ failing: 'bad' });
    await expect(jobs.run()).rejects.toThrow('a blob is gone');
    expect(looked.toSorted()).toEqual(['bad', 'good']);
    await expect(jobs.run()).rejects.toThrow('a blob is gone');
    expect(looked.filter((model) => model === 'bad')).toHaveLength(2);
    expect(looked.filter((model) => model === 'good')).toHaveLength(1);
  });

  it('judge drift although labels cannot be joined, and tell why they cannot', async () => {
    const { jobs, looked } = openJobs({ joinFails: true });
    await expect(jobs.run()).rejects.toThrow('the join took too long');
    expect(looked.toSorted()).toEqual(['bad', 'good']);
  });

  it('judge traffic that came before its model was registered, once it is', async () => {
    const { jobs, looked, baselines } = openJobs({ baselines: new Map([['good', 'b']]) });
    await jobs.run();
    expect(looked).toEqual(['good']);
    baselines.set('bad', 'a');
    await jobs.run();
    expect(looked).toEqual(['good', 'bad']);
    await jobs.run();
    expect(looked).toHaveLength(2);
  });

  it('roll an hour up once, unless points come', async () => {
    const { jobs, revisions } = openJobs({});
    await jobs.run();
    await jobs.run();
    expect(revisions).toEqual([1]);
  });
});
