import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_BOUNDS, type Point } from '../../src/ingest/points.ts';
import { segmentText } from '../../src/store/segment-text.ts';
import type { SeriesQuestion, Store, StoredPerformance, StoredSeries, StoredVerdict } from '../../src/store/store.ts';
import { edgesPoint, HOUR, writePoints } from './point-file.ts';

const HOUR_MS = 3_600_000;
const HOSTILE = 'a\'b\\"`\n\n; DROP TABLE prumo.profiles; -- {model:String} \u{1f600}\t';

/** What every adapter of the store must do. `open` opens the store of a folder, twice in a row on the same one too. */
export function describeStore(name: string, open: (folder: string) => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let folder: string;
    let store: Store;
    let files = 0;
    const insert = async (points: readonly Point[], options: { token?: string; arrivedAtMs?: number } = {}) => {
      const path = await writePoints(join(folder, `${++files}.rowbinary`), points, options.arrivedAtMs);
      await store.insertFile('profiles', path, options.token ?? `token-${files}`);
    };
    const ask = (model: string, changes: Partial<SeriesQuestion> = {}): Promise<StoredSeries[]> => {
      const period = { from: new Date(HOUR), to: new Date(HOUR + HOUR_MS) };
      return store.readSeries({ model, environment: 'production', source: 'minute', ...period, ...changes });
    };
    const rollUp = (model: string, revision: number, hours = 1): Promise<void> => {
      const period = { from: new Date(HOUR), to: new Date(HOUR + hours * HOUR_MS) };
      return store.rollUp({ model, environment: 'production', ...period }, revision);
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'prumo-store-'));
      store = await open(join(folder, 'data'));
      await store.migrate();
      await store.migrate();
    });
    afterAll(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('answers a ping', async () => {
      await store.ping();
    });

    it('sums cells, and keeps layouts, sampling, versions and hashes apart', async () => {
      const model = 'sums';
      await insert([
        edgesPoint(0, { model }),
        edgesPoint(1, { model, min: -5, sum: NaN }),
        edgesPoint(2, { model, sampling: 3 }),
        edgesPoint(3, { model, layout: 'abc', bounds: NO_BOUNDS }),
        edgesPoint(4, { model, bounds: Float64Array.of(0, 2) }),
        edgesPoint(5, { model, version: '', sha256: 'f'.repeat(64) }),
      ]);
      const groups = await ask(model);
      expect(groups).toHaveLength(5);
      const first = groups.find((group) => group.count === 12);
      expect(first).toMatchObject({
        counts: [2, 4, 6],
        bounds: [0, 1],
        sum: NaN,
        min: -5,
        max: 2,
        points: 2,
        kind: 'edges',
      });
      expect(groups.find((group) => group.layout === 'abc')?.bounds).toEqual([]);
      expect(groups.find((group) => group.sampling === 3)?.count).toBe(6);
    });

    it('counts a point once that arrives again, under another token too: the newest arrival replaces', async () => {
      const model = 'repeats';
      const point = edgesPoint(0, { model });
      await insert([point], { token: 'same' });
      await insert([point], { token: 'same' });
      await insert([{ ...point, count: 60, counts: Uint32Array.of(10, 20, 30) }], { arrivedAtMs: HOUR + 5 });
      await insert([point], { arrivedAtMs: HOUR + 1 });
      expect((await ask(model)).map((group) => [group.count, group.counts, group.points])).toEqual([
        [60, [10, 20, 30], 1],
      ]);
      await insert([edgesPoint(0, { model, instance: 'pod-2' })]);
      await insert([{ ...point, endNs: point.endNs + 1n }]);
      expect((await ask(model))[0]?.count).toBe(72);
    });

    it('puts a point into the window that holds its start, to the nanosecond', async () => {
      const model = 'windows';
      const edge = BigInt(HOUR + HOUR_MS) * 1_000_000n;
      await insert([
        edgesPoint(0, { model }),
        edgesPoint(59, { model, startNs: edge - 1n, endNs: edge + 5n }),
        edgesPoint(60, { model, startNs: edge, endNs: edge + 5n }),
      ]);
      expect((await ask(model))[0]?.points).toBe(2);
      const windows = await ask(model, { to: new Date(HOUR + 2 * HOUR_MS), windowSeconds: 1800 });
      expect(windows.map((group) => [(group.windowStart.getTime() - HOUR) / 60_000, group.points])).toEqual([
        [0, 1],
        [30, 1],
        [60, 1],
      ]);
    });

    it('sums segments, keeps them apart, or takes those that hold given pairs', async () => {
      const model = 'segments';
      const app = { channel: 'app', region: 'e=u,\\1' };
      await insert([
        edgesPoint(0, { model, segment: segmentText(app) }),
        edgesPoint(0, { model, segment: segmentText({ channel: 'app2', region: 'us' }), seriesLow: 2 }),
        edgesPoint(0, { model, segment: segmentText({ channel: 'x,channel=app', region: 'us' }), seriesLow: 3 }),
      ]);
      expect((await ask(model))[0]?.count).toBe(18);
      const apart = await ask(model, { bySegment: true });
      expect(apart.map((group) => group.segment)).toContain(segmentText(app));
      expect(apart).toHaveLength(3);
      expect((await ask(model, { segment: { channel: 'app' } }))[0]?.count).toBe(6);
      expect((await ask(model, { segment: app }))[0]?.count).toBe(6);
      expect((await ask(model, { segment: { region: 'us' } }))[0]?.count).toBe(12);
      expect(await ask(model, { segment: { channel: 'web' } })).toEqual([]);
    });

    it('rolls hours up: repeated it gives the same, late points enter with the next revision', async () => {
      const model = 'hours';
      const points = [0, 10, 59, 60, 61].map((minute) => edgesPoint(minute, { model, segment: 'channel=app' }));
      await insert(points);
      await insert(points);
      await rollUp(model, 1, 2);
      const hourly = { source: 'hourly', to: new Date(HOUR + 2 * HOUR_MS) } as const;
      const minutes = { source: 'minute', to: hourly.to } as const;
      const once = await ask(model, hourly);
      expect(once).toEqual(await ask(model, minutes));
      expect(once[0]?.count).toBe(30);
      await rollUp(model, 2, 2);
      await rollUp(model, 2, 2);
      await insert([edgesPoint(5, { model, segment: 'channel=app' })]);
      await rollUp(model, 3);
      const byHour = await ask(model, { ...hourly, windowSeconds: 3600, bySegment: true });
      expect(byHour.map((group) => [group.windowStart.getTime() - HOUR, group.count, group.segment])).toEqual([
        [0, 24, 'channel=app'],
        [HOUR_MS, 12, 'channel=app'],
      ]);
    });

    it('merges exponential buckets of one scale, and bounds how many there are', async () => {
      const model = 'exponential';
      const base = { model, kind: 'exponential', bounds: new Float64Array(0), zeroCount: 1 } as const;
      const negative = { negativeOffset: -3, negativeCounts: Uint32Array.of(4) };
      await insert([
        edgesPoint(0, {
          ...base,
          ...negative,
          scale: 2,
          positiveOffset: -1,
          counts: Uint32Array.of(1, 0, 2),
          count: 8,
        }),
        edgesPoint(1, { ...base, ...negative, scale: 2, positiveOffset: 1, counts: Uint32Array.of(5, 6), count: 16 }),
        edgesPoint(2, { ...base, field: 'wide', scale: 20, positiveOffset: -1_000_001, counts: Uint32Array.of(3) }),
        edgesPoint(3, { ...base, field: 'wide', scale: 20, positiveOffset: 1_000_000, counts: Uint32Array.of(4) }),
      ]);
      await rollUp(model, 1);
      for (const source of ['minute', 'hourly'] as const) {
        const groups = await ask(model, { source });
        expect(groups.find((group) => group.field === 'income')).toMatchObject({
          kind: 'exponential',
          scale: 2,
          positiveOffset: -1,
          counts: [1, 0, 7, 6],
          negativeOffset: -3,
          negativeCounts: [8],
          zeroCount: 2,
          count: 24,
        });
        const wide = groups.find((group) => group.field === 'wide');
        const shift = 20 - (wide?.scale ?? NaN);
        expect(wide?.counts.length).toBeLessThanOrEqual(1025);
        expect(wide?.positiveOffset).toBe(Math.floor(-1_000_001 / 2 ** shift));
        expect([wide?.counts[0], wide?.counts.at(-1)]).toEqual([3, 4]);
        expect((wide?.counts.length ?? 0) - 1 + (wide?.positiveOffset ?? 0)).toBe(Math.floor(1_000_000 / 2 ** shift));
      }
    });

    it('tells which hours got points', async () => {
      const model = 'touched';
      await insert([edgesPoint(0, { model }), edgesPoint(61, { model }), edgesPoint(62, { model })]);
      const touched = (await store.touchedHours(new Date(0))).filter((hour) => hour.model === model);
      expect(touched.map((hour) => [hour.hour.getTime(), hour.rows, hour.environment])).toEqual([
        [HOUR, 1, 'production'],
        [HOUR + HOUR_MS, 2, 'production'],
      ]);
      const newest = touched[0]?.newest ?? new Date(NaN);
      expect(await store.touchedHours(new Date(newest.getTime() + 60_000))).toEqual([]);
    });

    it('knows the first and the last hour of a model in an environment', async () => {
      const model = 'hours-of';
      const scope = { model, environment: 'production' };
      await insert([edgesPoint(0, { model }), edgesPoint(61, { model }), edgesPoint(130, { model })]);
      expect(await store.hoursOf(scope)).toBeUndefined();
      await rollUp(model, 1, 3);
      expect(await store.hoursOf(scope)).toEqual({ first: new Date(HOUR), last: new Date(HOUR + 2 * HOUR_MS) });
      expect(await store.hoursOf({ ...scope, environment: 'staging' })).toBeUndefined();
      expect(await store.hoursOf({ ...scope, model: HOSTILE })).toBeUndefined();
    });

    it('reads one field, with the rows of the model beside it', async () => {
      const model = 'one-field';
      const rows = {
        metric: 'ml.inference.rows',
        kind: 'sum',
        field: '',
        role: '',
        bounds: new Float64Array(0),
      } as const;
      await insert([
        edgesPoint(0, { model }),
        edgesPoint(0, { model, field: 'age', seriesLow: 2 }),
        edgesPoint(0, { model, ...rows, counts: new Uint32Array(0), count: 9, seriesLow: 3 }),
      ]);
      await rollUp(model, 1);
      for (const source of ['minute', 'hourly'] as const) {
        const groups = await ask(model, { source, field: 'age' });
        expect(groups.map(({ field, count }) => [field, count])).toEqual([
          ['age', 6],
          ['', 9],
        ]);
      }
    });

    it('takes hostile names as data', async () => {
      await insert([edgesPoint(0, { model: HOSTILE, field: HOSTILE, category: HOSTILE, instance: HOSTILE })]);
      const groups = await ask(HOSTILE, { field: HOSTILE });
      expect(groups.map((group) => [group.model, group.field, group.category])).toEqual([[HOSTILE, HOSTILE, HOSTILE]]);
      const event = { stream: HOSTILE, seq: 1, eventId: 'e', type: 't', actor: HOSTILE, prevHash: '', hash: HOSTILE };
      await store.appendEvent({ ...event, payload: JSON.stringify({ HOSTILE }), at: new Date(HOUR) });
      const [read] = await store.readEvents({ stream: HOSTILE });
      expect(read).toEqual({ ...event, payload: JSON.stringify({ HOSTILE }), at: new Date(HOUR) });
      expect((await store.tableFacts()).find((facts) => facts.table === 'profiles')?.rows).toBeGreaterThan(0);
    });

    it('refuses for good a file that is no rows, and an insert token that is no token', async () => {
      const path = join(folder, 'torn.rowbinary');
      await writeFile(path, '\n\nINSERT INTO prumo.health');
      await expect(store.insertFile('profiles', path, 'torn')).rejects.toMatchObject({ code: 'PRUMO_STORE_REFUSED' });
      await expect(store.insertFile('profiles', path, "a', b = '")).rejects.toMatchObject({
        code: 'PRUMO_STORE_REFUSED',
      });
    });

    it('shows the newest revision of a judged window as a whole, or what was known at an instant', async () => {
      const judge = (revision: number, fields: readonly string[], changes: Partial<StoredVerdict> = {}) =>
        store.appendDrift(fields.map((field) => verdict(field, revision, changes)));
      await judge(1, ['age', 'income']);
      await judge(2, ['age']);
      await judge(2, ['age']);
      await judge(1, ['age'], { segment: 'channel=app' });
      const read = (changes: object = {}) => store.readDrift({ model: 'judged', segment: '', ...changes });
      expect(await read()).toEqual([verdict('age', 2)]);
      expect((await read({ asOf: new Date(HOUR + 1) })).map((row) => row.field)).toEqual(['age', 'income']);
      expect(await read({ windowSeconds: 60 })).toEqual([]);
      expect(await read({ from: new Date(HOUR + 1) })).toEqual([]);
      expect(await store.readDrift({ model: 'judged', segment: 'channel=app' })).toHaveLength(1);
      const categorical = { ...verdict('purpose', 3), type: 'categorical', predictionLabel: 'x' } as const;
      await store.appendDrift([
        { ...categorical, statistics: { psi: 1, js: null, lInfinity: 3, hellinger: 4, chi2: 5 } },
      ]);
      expect((await read())[0]?.statistics).toEqual({ psi: 1, js: null, lInfinity: 3, hellinger: 4, chi2: 5 });
    });

    it('shows the newest revision of judged performance as a whole, kind by kind and role by role', async () => {
      const judge = (revision: number, metrics: readonly string[], changes: Partial<StoredPerformance> = {}) =>
        store.appendPerformance(metrics.map((metric) => performance(metric, revision, changes)));
      await judge(1, ['roc_auc', 'brier']);
      await judge(2, ['roc_auc']);
      await judge(2, ['roc_auc']);
      await judge(1, ['roc_auc'], { segment: 'channel=app' });
      await judge(1, ['roc_auc', 'accuracy'], { kind: 'estimated', value: null, low: null, coverage: null });
      await judge(3, ['brier'], { servingRole: 'shadow', mature: false });
      const read = (changes: object = {}) => store.readPerformance({ model: 'performing', segment: '', ...changes });
      expect(await read({ kind: 'realized', servingRole: 'champion' })).toEqual([performance('roc_auc', 2)]);
      const known = await read({ kind: 'realized', asOf: new Date(HOUR + 1) });
      expect(known.map((row) => row.metric)).toEqual(['roc_auc', 'brier']);
      const [estimated] = await read({ kind: 'estimated' });
      expect(estimated).toMatchObject({ isPrimary: true, value: null, low: null, coverage: null, summary: HOSTILE });
      expect(await read({ servingRole: 'shadow' })).toMatchObject([
        { metric: 'brier', mature: false, isPrimary: false },
      ]);
      expect(await read()).toHaveLength(4);
      expect(await read({ windowSeconds: 60 })).toEqual([]);
      expect(await read({ from: new Date(HOUR + 1) })).toEqual([]);
      expect(await read({ version: '4' })).toEqual([]);
      expect(await store.readPerformance({ model: 'performing', segment: 'channel=app' })).toHaveLength(1);
      expect(await store.readPerformance({ model: HOSTILE })).toEqual([]);
    });

    it('keeps incidents and health by their newest revision', async () => {
      const member = { field: 'age', statistic: 'psi', value: 0.5, threshold: 0.1, movement: null, reason: HOSTILE };
      const incident = {
        id: 'i-1',
        model: 'm',
        environment: 'production',
        kind: 'data quality',
        status: 'open',
        from: new Date(HOUR),
        detectedAt: new Date(HOUR + 7),
        closedAt: null,
        members: [{ ...member, detectedAt: new Date(HOUR + 7) }],
        revision: 1,
      } as const;
      const closed = { ...incident, status: 'closed', closedAt: new Date(HOUR + 9), revision: 2 } as const;
      await store.appendIncidents([incident]);
      expect(await store.readIncidents({ model: 'm' })).toEqual([incident]);
      await store.appendIncidents([closed]);
      expect(await store.readIncidents({})).toEqual([closed]);
      const health = {
        model: 'm',
        environment: 'production',
        verdict: 'ok',
        reason: '',
        at: new Date(HOUR),
        revision: 1,
      };
      const worse = { ...health, verdict: 'critical', at: new Date(HOUR + 5), revision: 2 };
      await store.appendHealth([health, worse]);
      expect(await store.readHealth({})).toEqual([worse]);
      expect(await store.readHealth({ model: 'm', asOf: new Date(HOUR + 1) })).toEqual([health]);
    });

    it('gives a place in a stream to the event that was first there', async () => {
      const event = (seq: number, eventId: string) => {
        return {
          stream: 's',
          seq,
          eventId,
          type: 't',
          payload: '{}',
          actor: 'a',
          at: new Date(HOUR),
          prevHash: '',
          hash: '',
        };
      };
      for (const one of [event(1, 'z'), event(1, 'a'), event(2, 'b')]) await store.appendEvent(one);
      expect((await store.readEvents({ stream: 's' })).map((one) => one.eventId)).toEqual(['z', 'b']);
      expect((await store.readEvents({ stream: 's', after: 1 })).map((one) => one.eventId)).toEqual(['b']);
      expect((await store.readEvents({})).length).toBeGreaterThanOrEqual(2);
    });

    it('has all of it after being opened again, the insert tokens too', async () => {
      const model = 'reopened';
      await insert([edgesPoint(0, { model })], { token: 'kept' });
      await store.close();
      store = await open(join(folder, 'data'));
      await store.migrate();
      await insert([edgesPoint(0, { model })], { token: 'kept' });
      expect((await store.touchedHours(new Date(0))).find((hour) => hour.model === model)?.rows).toBe(1);
    });
  });
}

function verdict(field: string, revision: number, changes: Partial<StoredVerdict> = {}): StoredVerdict {
  return {
    model: 'judged',
    version: '3',
    environment: 'production',
    segment: '',
    window: { start: new Date(HOUR), end: new Date(HOUR + HOUR_MS) },
    field,
    role: 'input',
    type: 'numeric',
    rows: 1000,
    profiled: 900,
    missing: 1,
    invalid: 2,
    unseen: 0,
    outOfRange: 3,
    statistics: {
      psi: 0.1,
      js: 1e-300,
      ks: null,
      wasserstein: 4,
      wassersteinNormalized: 0.30000000000000004,
      hellinger: 6,
      meanShift: -7,
    },
    decision: { statistic: 'psi', value: 0.1, threshold: 0.25, reference: 'trailing:28d', n: 900.5, m: 5000 },
    pValue: 1e-105,
    qValue: null,
    impact: { shift: 0.1, movement: 0.2, method: 'response', low: null, high: null },
    verdict: 'critical',
    reason: HOSTILE,
    judgedAt: new Date(HOUR + revision),
    revision,
    ...changes,
  };
}

function performance(metric: string, revision: number, changes: Partial<StoredPerformance> = {}): StoredPerformance {
  return {
    model: 'performing',
    environment: 'production',
    version: '3',
    segment: '',
    window: { start: new Date(HOUR), end: new Date(HOUR + HOUR_MS) },
    windowSeconds: 3600,
    kind: 'realized',
    servingRole: 'champion',
    metric,
    value: 0.75,
    low: 0.7,
    high: 0.8,
    expected: 0.76,
    lowerLimit: 0.7,
    upperLimit: null,
    strength: 0.2,
    verdict: 'ok',
    isPrimary: metric === 'roc_auc',
    reason: HOSTILE,
    rows: 1000,
    labels: 500.5,
    coverage: 0.5,
    mature: true,
    summary: HOSTILE,
    judgedAt: new Date(HOUR + revision),
    revision,
    ...changes,
  };
}
