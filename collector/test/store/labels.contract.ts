import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelLine } from '../../src/api/label.ts';
import type { PredictionLine } from '../../src/api/prediction.ts';
import type { AbsentRule, JoinOutcome, LabeledGroup, LabeledQuestion, Store } from '../../src/store/store.ts';
import { HOUR } from './point-file.ts';
import { RowSender } from './row-file.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOSTILE = '\'a"b\\`\n\n; DROP TABLE prumo.labels; -- {model:String} \u{1f600}\t';
const at = (ms: number): string => new Date(HOUR + ms).toISOString();

/** What every adapter must do with labels. `open` opens the store of a folder. */
export function describeLabels(name: string, open: (folder: string) => Promise<Store>): void {
  describe(`labels contract: ${name}`, () => {
    let folder: string;
    let store: Store;
    let rows: RowSender;
    const clockMs = HOUR;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'prumo-labels-'));
      store = await open(join(folder, 'data'));
      await store.migrate();
      rows = new RowSender(store, folder);
    });
    afterAll(async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });

    const prediction = (model: string, id: string, changes: Partial<PredictionLine> = {}): PredictionLine => {
      return { model, version: '1', id, time: at(0), score: 0.5, ...changes };
    };
    const join_ = (absent: readonly AbsentRule[] = [], nowMs = HOUR): Promise<JoinOutcome> =>
      store.joinLabels({ since: new Date(0), joinedAt: new Date(clockMs), absent, nowMs });
    const read = (model: string, changes: Partial<LabeledQuestion> = {}): Promise<LabeledGroup[]> => {
      const period = { from: new Date(HOUR), to: new Date(HOUR + HOUR_MS), windowSeconds: 3600 };
      return store.readLabeled({ model, environment: 'production', ...period, outputs: [], withIds: true, ...changes });
    };
    const labelsOf = async (model: string): Promise<Record<string, string>> => {
      const groups = await read(model);
      return Object.fromEntries(groups.flatMap(({ ids, labels }) => ids.map((id, i) => [id, labels[i] ?? ''])));
    };

    it('joins labels that come before, after and long after their predictions; a repeat changes nothing', async () => {
      const model = 'late';
      const label = (id: string, changes: Partial<LabelLine> = {}): LabelLine => {
        return { prediction_id: id, label: '1', model, time: at(HOUR_MS), ...changes };
      };
      await rows.label([label('before')], HOUR);
      expect((await join_()).windows).toEqual([]);
      const predictions = [prediction(model, 'before'), prediction(model, 'after'), prediction(model, 'none')];
      await rows.predict(predictions, HOUR + 1);
      const months = 200 * DAY_MS;
      await rows.label([label('after', { time: at(months), label: 0 }), label('never')], HOUR + months);
      const { windows, joined, through } = await join_();
      expect([windows, joined]).toEqual([[{ model, environment: 'production', hour: new Date(HOUR), labels: 2 }], 2]);
      expect(Math.abs(through.getTime() - Date.now())).toBeLessThan(60_000);
      await rows.label([label('before')], HOUR + months);
      await rows.predict(predictions, HOUR + months);
      expect(await join_()).toMatchObject({ joined: 0, windows: [] });
      expect(await read(model)).toEqual([
        {
          model,
          environment: 'production',
          windowStart: new Date(HOUR),
          version: '1',
          sha256: '',
          servingRole: '',
          segment: '',
          ids: ['after', 'before'],
          timesMs: [HOUR, HOUR],
          scores: [0.5, 0.5],
          labels: ['0', '1'],
          weights: [1, 1],
          isAbsent: [false, false],
          labelDelaysMs: [months, HOUR_MS],
          corrections: [0, 0],
          outputs: {},
          inputs: {},
        },
      ]);
    });

    it('takes what was stored since an instant, and knows how far it came', async () => {
      const model = 'since';
      await rows.predict([prediction(model, 'a')], HOUR);
      await rows.label([{ prediction_id: 'a', label: 1, model }], HOUR);
      const future = new Date(Date.now() + 3_600_000);
      const run = { joinedAt: new Date(clockMs), absent: [], nowMs: HOUR };
      expect((await store.joinLabels({ ...run, since: future })).joined).toBe(0);
      const since = new Date(Date.now() - 1000);
      expect((await store.joinLabels({ ...run, since })).joined).toBe(1);
      const known = await store.joinedThrough();
      expect(known.getTime()).toBe(since.getTime() - 60_000);
      const touched = await store.touchedLabels(new Date(0));
      expect(touched).toContainEqual({ model, environment: 'production', hour: new Date(HOUR), labels: 1 });
    });

    it('corrects, back and forth, by the time of the label and by arrival where it has none', async () => {
      const model = 'corrected';
      const label = (text: string, time?: number): LabelLine => {
        return { prediction_id: 'a', label: text, model, ...(time === undefined ? {} : { time: at(time) }) };
      };
      await rows.predict([prediction(model, 'a')], HOUR);
      const seen: [string | undefined, number | undefined][] = [];
      const look = async (): Promise<void> => {
        await join_();
        const [group] = await read(model);
        seen.push([group?.labels[0], group?.corrections[0]]);
      };
      await rows.label([label('0', 1000)], HOUR + 5000);
      await look();
      await rows.label([label('1', 2000)], HOUR + 6000);
      await look();
      await rows.label([label('0', 500), label('1', 2500)], HOUR + 7000);
      await look();
      await rows.label([label('0')], HOUR + 8000);
      await look();
      expect(seen).toEqual([
        ['0', 0],
        ['1', 1],
        ['1', 1],
        ['0', 2],
      ]);
      const history = await store.labelHistory(model, 'a');
      expect(history.map((one) => [one.label, one.time?.getTime(), one.arrivedAt.getTime()])).toEqual([
        ['0', HOUR + 500, HOUR + 7000],
        ['0', HOUR + 1000, HOUR + 5000],
        ['1', HOUR + 2000, HOUR + 6000],
        ['1', HOUR + 2500, HOUR + 7000],
        ['0', undefined, HOUR + 8000],
      ]);
      expect(await store.labelHistory(HOSTILE, HOSTILE)).toEqual([]);
    });

    it('gives a label without a model to the only model that has its id, as long as it is the only one', async () => {
      await rows.label([{ prediction_id: 'shared', label: 'yes' }], HOUR);
      const unmatched = await store.countUnmatchedLabels();
      await rows.predict([prediction('one', 'shared')], HOUR);
      await join_();
      expect(await labelsOf('one')).toEqual({ shared: 'yes' });
      expect(await store.countUnmatchedLabels()).toBe(unmatched - 1);
      await rows.predict([prediction('two', 'shared')], HOUR);
      expect((await join_()).windows.map((touched) => [touched.model, touched.labels])).toEqual([['one', 1]]);
      expect(await labelsOf('one')).toEqual({});
      expect(await labelsOf('two')).toEqual({});
      expect(await store.countUnmatchedLabels()).toBe(unmatched);
      await rows.label([{ prediction_id: 'shared', label: 'no', model: 'two' }], HOUR);
      await join_();
      expect([await labelsOf('one'), await labelsOf('two')]).toEqual([{}, { shared: 'no' }]);
      expect(await store.countUnmatchedLabels()).toBe(unmatched);
    });

    it('labels champion and shadow of one id and instant, each with its own score', async () => {
      const model = 'roles';
      await rows.predict(
        [
          prediction(model, 'a', { serving_role: 'champion', score: 0.1 }),
          prediction(model, 'a', { serving_role: 'shadow', version: '2', score: 0.9, sha256: 'b'.repeat(64) }),
        ],
        HOUR,
      );
      await rows.label([{ prediction_id: 'a', label: true, model }], HOUR);
      await join_();
      const groups = await read(model);
      expect(groups.map((group) => [group.version, group.servingRole, group.scores, group.labels])).toEqual([
        ['1', 'champion', [0.1], ['true']],
        ['2', 'shadow', [0.9], ['true']],
      ]);
      expect(await store.readPredictions({ model, from: new Date(HOUR), to: new Date(HOUR + 1) })).toHaveLength(2);
    });

    it('sets absent labels when the horizon has passed, also without new rows; a true label replaces them', async () => {
      const model = 'absent';
      const rule: AbsentRule = { model, label: '0', horizonMs: DAY_MS, observedWhen: { decision: 'yes', ok: 'true' } };
      const outputs = { decision: 'yes', ok: true };
      await rows.predict(
        [
          prediction(model, 'early', { outputs }),
          prediction(model, 'later', { outputs, time: at(1000) }),
          prediction(model, 'declined', { outputs: { ...outputs, decision: 'no' } }),
          prediction(model, 'staging', { outputs, environment: 'staging' }),
        ],
        HOUR,
      );
      const staging: AbsentRule = { ...rule, environment: 'staging', label: 'other' };
      const run = (nowMs: number, seenMs?: number): Promise<JoinOutcome> => {
        const seen = seenMs === undefined ? {} : { seenMs };
        const absent = [rule, staging].map((one) => ({ ...one, ...seen }));
        // Nothing is new: what the horizon does has to be found without rows.
        const since = new Date(Date.now() + 3_600_000);
        return store.joinLabels({ since, joinedAt: new Date(clockMs), absent, nowMs });
      };
      expect((await run(HOUR + DAY_MS - 1)).joined).toBe(0);
      expect((await run(HOUR + DAY_MS, HOUR + DAY_MS - 1)).joined).toBe(2);
      expect((await run(HOUR + DAY_MS + 1000, HOUR + DAY_MS)).joined).toBe(1);
      expect((await run(HOUR + DAY_MS + 1000)).joined).toBe(0);
      expect(await labelsOf(model)).toEqual({ early: '0', later: '0' });
      const [group] = await read(model);
      expect([group?.isAbsent, group?.labelDelaysMs]).toEqual([
        [true, true],
        [null, null],
      ]);
      // Another rule is applied to all that has no true label; without one of its own, staging has that of every environment.
      const future = new Date(Date.now() + 3_600_000);
      const again = { since: future, joinedAt: new Date(clockMs), nowMs: HOUR + DAY_MS + 1000 };
      expect((await store.joinLabels({ ...again, absent: [{ ...rule, label: 'none' }] })).joined).toBe(3);
      expect(await labelsOf(model)).toEqual({ early: 'none', later: 'none' });
      expect((await run(HOUR + DAY_MS + 1000)).joined).toBe(3);
      const [other] = await store.readLabeled({
        model,
        environment: 'staging',
        from: new Date(HOUR),
        to: new Date(HOUR + 1),
        windowSeconds: 3600,
        outputs: [],
      });
      expect(other?.labels).toEqual(['other']);
      await rows.label([{ prediction_id: 'early', label: 1, model, time: at(2 * DAY_MS) }], HOUR + 2 * DAY_MS);
      expect((await join_([rule, staging], HOUR + 2 * DAY_MS)).joined).toBe(1);
      expect(await labelsOf(model)).toEqual({ early: '1', later: '0' });
      // A prediction that is corrected to one that gets no label loses its absent one.
      await rows.predict([prediction(model, 'later', { time: at(1000) })], HOUR + 1);
      expect((await join_([rule, staging], HOUR + 2 * DAY_MS)).joined).toBe(1);
      expect(await labelsOf(model)).toEqual({ early: '1' });
    });

    it('reads labeled rows by window and segment, with outputs and inputs as text', async () => {
      const model = 'columns';
      const segment = { channel: 'app', region: 'e=u' };
      const outputs = { [HOSTILE.replaceAll(/\p{Cc}/gu, '')]: HOSTILE, number: 0.25, yes: true, none: null };
      await rows.predict(
        [
          prediction(model, HOSTILE, { segment, outputs, inputs: { amount: 12.5, kind: 'x' }, score: null, weight: 2 }),
          prediction(model, 'b', { time: at(30 * 60_000), segment: { channel: 'web' } }),
        ],
        HOUR,
      );
      await rows.label(
        [HOSTILE, 'b'].map((id) => ({ prediction_id: id, label: HOSTILE, model })),
        HOUR,
      );
      await join_();
      const half = { windowSeconds: 1800, outputs: [...Object.keys(outputs), 'missing'], inputs: ['amount', 'kind'] };
      const [first, second] = await read(model, half);
      expect(first).toMatchObject({ ids: [HOSTILE], labels: [HOSTILE], scores: [NaN], weights: [2] });
      expect(Object.values(first?.outputs ?? {})).toEqual([[HOSTILE], ['0.25'], ['true'], [null], [null]]);
      expect(first?.inputs).toEqual({ amount: ['12.5'], kind: ['x'] });
      expect(second).toMatchObject({ windowStart: new Date(HOUR + 1_800_000), ids: ['b'], segment: '' });
      expect((await read(model, { segment })).map(({ ids }) => ids)).toEqual([[HOSTILE]]);
      const apart = await read(model, { bySegment: true });
      expect(apart.map((group) => group.segment)).toEqual(['channel=app,region=e\\=u', 'channel=web']);
    });

    it('counts predictions once, by window, with their scores in cells', async () => {
      const model = 'counted';
      const sent = [
        prediction(model, 'a', { score: 0.1, weight: 3, outputs: { decision: 'yes' } }),
        prediction(model, 'b', { score: 0.5, outputs: { decision: 'no' }, segment: { channel: 'app' } }),
        prediction(model, 'c', { score: 0.6, time: at(1) }),
        prediction(model, 'd', { score: null, time: at(2) }),
        prediction(model, 'e', { score: 1, time: at(1_800_000) }),
      ];
      await rows.predict(sent, HOUR);
      await rows.predict([...sent.slice(1), { ...sent[0]!, score: 0.2 }], HOUR + 1);
      const asked = { model, environment: 'production', from: new Date(HOUR), to: new Date(HOUR + HOUR_MS) };
      const question = { ...asked, windowSeconds: 1800, bounds: [0.1, 0.5], observedWhen: { decision: 'yes' } };
      const [first, second] = await store.countPredictions(question);
      expect(first).toMatchObject({ rows: 4, weight: 6, unobservable: 3, counts: [0, 4, 1], version: '1' });
      expect(first?.meanScore).toBeCloseTo((3 * 0.2 + 0.5 + 0.6) / 5, 12);
      expect(Math.abs((first?.newest.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(second).toMatchObject({ rows: 1, counts: [0, 0, 1], windowStart: new Date(HOUR + 1_800_000) });
      const plain = await store.countPredictions({ ...asked, windowSeconds: 3600, segment: { channel: 'app' } });
      expect(plain).toMatchObject([{ rows: 1, unobservable: 0, counts: [], meanScore: 0.5 }]);
      const apart = await store.countPredictions({ ...asked, windowSeconds: 3600, bySegment: true });
      expect(apart.map((group) => [group.segment, group.rows])).toEqual([
        ['', 4],
        ['channel=app', 1],
      ]);
    });
  });
}
