import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelLine } from '../../src/api/label.ts';
import type { PredictionLine } from '../../src/api/prediction.ts';
import { createLabelsReceiver } from '../../src/ingest/receive-labels.ts';
import { createPredictionsReceiver } from '../../src/ingest/receive-predictions.ts';
import type { ReceiveRecords } from '../../src/ingest/receive-records.ts';
import { Spool } from '../../src/ingest/spool.ts';
import { Storer } from '../../src/ingest/storer.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';

const NOW = new Date('2026-01-05T10:30:00Z');
const EVER = { from: new Date(0), to: new Date('2100-01-01') };
const HOSTILE = '\'a"b\\`\n\n; DROP TABLE prumo.labels; -- {model:String} ../\u{1f600}\t';

let folder: string;
let store: Store;
let spool: Spool;
let storer: Storer;
let predict: ReceiveRecords;
let label: ReceiveRecords;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prumo-rows-'));
  store = await openEmbeddedStore({ path: join(folder, 'store') });
  await store.migrate();
  spool = await Spool.open({ folder });
  storer = await Storer.start({ spool, store, folder });
  predict = createPredictionsReceiver({ spool, maxRows: 1000 });
  label = createLabelsReceiver({ spool, maxRows: 1000 });
});
afterAll(async () => {
  await spool.close();
  await storer.drain();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const ndjson = (rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

function send(
  receive: ReceiveRecords,
  body: string | Uint8Array,
  { contentType = 'application/x-ndjson', now = NOW, scopes = ['write'] } = {},
): Promise<{ accepted: number }> {
  return receive({ body: Buffer.from(body), contentType, now, scopes });
}

const prediction = (changes: Partial<PredictionLine> = {}): PredictionLine => {
  return { model: 'credit', version: '3', id: 'loan-1', time: '2026-01-05T10:00:00Z', ...changes };
};

describe('predictions', () => {
  it('are stored as they were sent, hostile texts too', async () => {
    const full = prediction({
      model: 'full',
      sha256: 'a'.repeat(64),
      environment: HOSTILE,
      id: HOSTILE,
      time: '2026-01-05T11:00:00.1239+01:00',
      segment: { channel: HOSTILE, area: 'x' },
      score: 0.1,
      outputs: { [HOSTILE.replaceAll(/\p{Cc}/gu, '')]: HOSTILE, flag: true, none: null, p: 5e-324 },
      serving_role: 'shadow',
      weight: 2.5,
    });
    const { outputs, segment, serving_role: servingRole, time, ...same } = full;
    const body = `${ndjson([full])}\r\n\n  \n${ndjson([prediction({ model: 'full', score: null })])}\n`;
    expect(await send(predict, body)).toEqual({ accepted: 2 });
    await storer.drain();
    const [bare, stored] = await store.readPredictions({ model: 'full', ...EVER });
    expect(bare).toMatchObject({ id: 'loan-1', score: null, outputs: '{}', segment: '', sha256: '', weight: 1 });
    expect(bare).toMatchObject({ environment: 'production', servingRole: '', arrivedAt: NOW });
    expect(stored).toMatchObject({ ...same, servingRole, time: new Date('2026-01-05T10:00:00.123Z') });
    expect(JSON.parse(stored?.outputs ?? '')).toEqual(outputs);
    expect(stored?.segment).toBe(`area=x,channel=${segment?.['channel']?.replaceAll(/[=,\\]/g, '\\$&')}`);
    expect(await store.readPredictions({ model: 'full', from: EVER.from, to: new Date(time) })).toEqual([bare]);
  });

  it('of the past are for those who may write it', async () => {
    const old = ndjson([prediction({ model: 'old', time: '2025-12-29T10:00:00Z' })]);
    await expect(send(predict, old, { scopes: ['ingest'] })).rejects.toThrow(/line 1: time: .* is older than 7 days/);
    expect(await send(predict, old)).toEqual({ accepted: 1 });
  });

  it('come to the same rows in any order, sent any number of times', async () => {
    const row = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      time: fc.constantFrom('2026-01-05T10:00:00Z', '2026-01-05T10:00:00.001Z', '2026-01-04T00:00:00Z'),
      score: fc.option(fc.constantFrom(0, 0.25, 1)),
    });
    await checkAnyOrder(predict, row, async (model, batches) => {
      const stored = await store.readPredictions({ model, ...EVER });
      const identity = (id: string, time: string | Date): string => `${id} ${new Date(time).getTime()}`;
      const newest = new Map<string, number>();
      for (const { rows, arrivedAtMs } of batches) {
        for (const { id, time } of rows) {
          newest.set(identity(id, time), Math.max(newest.get(identity(id, time)) ?? 0, arrivedAtMs));
        }
      }
      const found = stored.map(({ id, time, arrivedAt }) => [identity(id, time), arrivedAt.getTime()] as const);
      expect(new Map(found)).toEqual(newest);
      expect(found.length).toBe(newest.size);
      return stored.map((each) => ({ ...each, model: '' }));
    });
  });
});

describe('labels', () => {
  it('are stored as they were sent, from NDJSON and from CSV', async () => {
    const rows: LabelLine[] = [
      { prediction_id: HOSTILE, label: HOSTILE, model: 'kept', time: '2025-01-01T00:00:00Z' },
      { prediction_id: 'number', label: 1, model: 'kept' },
      { prediction_id: 'truth', label: false, model: 'kept' },
    ];
    expect(await send(label, ndjson(rows))).toEqual({ accepted: 3 });
    const csv =
      '\uFEFFlabel,model,prediction_id,time\r\n"a ""b"",\nc",kept,csv,2025-01-02T00:00:00Z\r\n\r\n0,,alone,\r\n';
    expect(await send(label, csv, { contentType: 'Text/CSV; charset=utf-8' })).toEqual({ accepted: 2 });
    await storer.drain();
    const kept = (await store.readLabels('kept')).map(({ predictionId, label: text, time }) => [
      predictionId,
      text,
      time,
    ]);
    expect(kept).toEqual([
      [HOSTILE, HOSTILE, new Date('2025-01-01T00:00:00Z')],
      ['csv', 'a "b",\nc', new Date('2025-01-02T00:00:00Z')],
      ['number', '1', null],
      ['truth', 'false', null],
    ]);
    expect(await store.readLabels('')).toMatchObject([
      { predictionId: 'alone', label: '0', time: null, arrivedAt: NOW },
    ]);
  });

  it('are corrected by a newer time, not by a later arrival; by arrival only where they have no time', async () => {
    const of = (prediction_id: string, text: string, time?: string): LabelLine => {
      return { prediction_id, label: text, model: 'corrected', ...(time === undefined ? {} : { time }) };
    };
    const late = new Date(NOW.getTime() + 1000);
    await send(label, ndjson([of('own', 'new', '2026-01-03T00:00:00Z'), of('none', 'first')]));
    await send(label, ndjson([of('own', 'old', '2026-01-02T00:00:00Z'), of('none', 'second')]), { now: late });
    await storer.drain();
    expect((await store.readLabels('corrected')).map((row) => row.label)).toEqual(['second', 'new']);
  });

  it('of equal times go by their content, whichever came later', async () => {
    const texts = ['0', '1', 'yes', 'no'];
    const pairs = texts.flatMap((a) => texts.filter((b) => b !== a).map((b) => [a, b] as const));
    for (const place of [0, 1] as const) {
      const rows = pairs.map((pair) => {
        return { prediction_id: pair.join(' then '), label: pair[place], model: 'tied', time: '2026-01-03T00:00:00Z' };
      });
      await send(label, ndjson(rows), { now: new Date(NOW.getTime() + place) });
    }
    await storer.drain();
    const kept = new Map((await store.readLabels('tied')).map((row) => [row.predictionId, row.label]));
    for (const [a, b] of pairs) expect(kept.get(`${a} then ${b}`)).toBe(kept.get(`${b} then ${a}`));
    expect(kept.size).toBe(pairs.length);
  });

  it('come to the same rows in any order, sent any number of times', async () => {
    const row = fc.record({
      prediction_id: fc.constantFrom('a', 'b', 'c', 'd'),
      label: fc.constantFrom('0', '1', '2'),
      time: fc.option(fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-05T10:29:59.001Z'), { nil: undefined }),
    });
    await checkAnyOrder(label, row, async (model, batches) => {
      const stored = await store.readLabels(model);
      const newest = new Map<string, number>();
      for (const { rows, arrivedAtMs } of batches) {
        for (const { prediction_id: id, time } of rows) {
          const timeMs = time === undefined ? arrivedAtMs : Date.parse(time);
          newest.set(id, Math.max(newest.get(id) ?? 0, timeMs));
        }
      }
      const found = stored.map(
        ({ predictionId, time, arrivedAt }) => [predictionId, (time ?? arrivedAt).getTime()] as const,
      );
      expect(new Map(found)).toEqual(newest);
      expect(found.length).toBe(newest.size);
      return stored.map((each) => ({ ...each, model: '' }));
    });
  });
});

interface Batch<Row> {
  readonly rows: readonly Row[];
  readonly arrivedAtMs: number;
}

/** Sends batches under one model, and shuffled with repeats under another; `read` must give the same of both. */
async function checkAnyOrder<Row extends object>(
  receive: ReceiveRecords,
  row: fc.Arbitrary<Row>,
  read: (model: string, batches: readonly Batch<Row>[]) => Promise<unknown>,
): Promise<void> {
  // Some arrivals coincide, with each other and with times of labels.
  const arrivedAtMs = fc.integer({ min: -1, max: 2 }).map((seconds) => NOW.getTime() - 999 + seconds * 1000);
  const batch = fc.record({ rows: fc.array(row, { minLength: 1, maxLength: 4 }), arrivedAtMs });
  const deliveries = fc.array(batch, { minLength: 1, maxLength: 4 }).chain((batches) => {
    const repeats = fc.array(fc.constantFrom(...batches), { maxLength: 3 });
    const shuffled = repeats.chain((more) =>
      fc.shuffledSubarray([...batches, ...more], { minLength: batches.length + more.length }),
    );
    return fc.tuple(fc.constant(batches), shuffled);
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(deliveries, async ([batches, shuffled]) => {
      const models = [`run-${++run}-a`, `run-${run}-b`] as const;
      for (const [i, sent] of [batches, shuffled].entries()) {
        for (const { rows, arrivedAtMs: at } of sent) {
          const lines = (i === 0 ? rows : rows.toReversed()).map((each) => ({
            ...each,
            model: models[i],
            ...(receive === predict && { version: '1' }),
          }));
          await send(receive, ndjson(lines), { now: new Date(at) });
          await spool.seal();
        }
      }
      await storer.drain();
      expect(await read(models[1], batches)).toEqual(await read(models[0], batches));
    }),
    { numRuns: 25 },
  );
}

describe('a request with one bad row', () => {
  const good = ndjson([prediction({ model: 'refused' })]);
  const line = (changes: object): string =>
    `${good}\n\n${ndjson([{ ...prediction({ model: 'refused' }), ...changes }])}\n`;
  it.each<[string, string | Uint8Array, RegExp]>([
    ['an unknown key', line({ scor: 1 }), /^line 3: unknown key "scor"; did you mean "score"\?$/],
    ['no version', line({ version: undefined }), /^line 3: version: version or sha256 is required$/],
    ['no id', line({ id: undefined }), /^line 3: id: is missing$/],
    ['a number as id', line({ id: 7 }), /^line 3: id: an id is text of 1 to 256 characters$/],
    ['a long id', line({ id: 'x'.repeat(257) }), /^line 3: id: an id is text of 1 to 256 characters$/],
    ['half a character', line({ id: '\ud83d' }), /^line 3: id: .*surrogate/],
    ['a time without a zone', line({ time: '2026-01-05T10:00:00' }), /^line 3: time: an instant with a time zone/],
    ['a time ahead', line({ time: '2026-01-05T10:40:00.001Z' }), /^line 3: time: .* more than 10 minutes ahead/],
    ['a time of old', line({ time: '1969-12-31T23:59:59Z' }), /^line 3: time: an instant from 1970 on/],
    ['a text as score', line({ score: 'high' }), /^line 3: score: a finite number or null/],
    ['a list as output', line({ outputs: { p: [1] } }), /^line 3: outputs\.p: an output is a number/],
    ['a wrong role', line({ serving_role: 'boss' }), /^line 3: serving_role: .*allowed: champion, shadow, canary/],
    ['a segment key', line({ segment: { 'a=b': 'c' } }), /^line 3: segment\.a=b: a segment key/],
    ['no weight', line({ weight: 0 }), /^line 3: weight: a weight is greater than 0/],
    ['a list', `${good}\n[]`, /^line 2: .*expected object/],
    ['a torn line', `${good}\n{"model": "ref`, /^line 2 is no JSON/],
    ['no UTF-8', Buffer.from(`${good}\n"\xff"`, 'latin1'), /^line 2 is no JSON \(it is not UTF-8\)/],
    ['a long line', `${good}\n"${'x'.repeat(2 ** 20)}"`, /^line 2 is longer than 1048576 bytes$/],
    ['many lines', `${good}\n`.repeat(1001), /^line 1001: a request holds at most 1000 rows$/],
  ])('(%s) is refused and nothing of it is kept', async (_, body, message) => {
    const bytes = spool.bytes;
    const refused = send(predict, body);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ kind: 'permanent' });
    expect(spool.bytes).toBe(bytes);
  });

  it.each<[string, string, RegExp]>([
    ['no label', 'prediction_id,label\na,1\nb,\n', /^line 3: label: is missing$/],
    ['a mistyped column', 'prediction_id,lable\na,1\n', /^line 1: unknown column "lable"; did you mean "label"\?$/],
    ['a column twice', 'label,label\na,1\n', /^line 1: two columns are named "label"$/],
    ['a cell too many', 'prediction_id,label\na,1\nb,1,2\n', /line 3/],
    ['a stray quote', 'prediction_id,label\n"a"b,1\n', /^line 2: /],
    ['an open quote', `prediction_id,label\n"${'a,1\n'.repeat(20_000)}`, /./],
    ['a wrong time', 'prediction_id,label,time\na,1,yesterday\n', /^line 2: time: an instant with a time zone/],
    ['a time ahead', 'prediction_id,label,time\na,1,2027-01-01T00:00:00Z\n', /^line 2: time: .* 10 minutes ahead/],
    ['a wrong model', 'prediction_id,label,model\na,1,../etc\n', /^line 2: model: a model name/],
    ['no header', '', /^the body is empty; a header line is expected: prediction_id,label,time,model$/],
  ])('of CSV (%s) is refused and nothing of it is kept', async (_, body, message) => {
    const bytes = spool.bytes;
    const refused = send(label, body, { contentType: 'text/csv' });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ code: 'PRUMO_INPUT_INVALID' });
    expect(spool.bytes).toBe(bytes);
  });

  it('of another type is refused with the types that are accepted', async () => {
    await expect(send(predict, good, { contentType: 'text/csv' })).rejects.toThrow(
      /"text\/csv" .*application\/x-ndjson/,
    );
    await expect(send(label, good, { contentType: '__proto__' })).rejects.toMatchObject({
      code: 'PRUMO_CONTENT_TYPE_UNKNOWN',
    });
  });
});
