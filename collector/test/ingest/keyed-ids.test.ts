import { createHmac } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromArrays, tableToIPC, utf8 } from '@uwdata/flechette';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLabelsReceiver } from '../../src/ingest/receive-labels.ts';
import { createPredictionsReceiver } from '../../src/ingest/receive-predictions.ts';
import type { ReceiveRecords } from '../../src/ingest/receive-records.ts';
import { Spool } from '../../src/ingest/spool.ts';
import { Storer } from '../../src/ingest/storer.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';

const NOW = new Date('2026-01-05T10:30:00Z');
const KEY = 'a key of the test, long enough';
const NDJSON = 'application/x-ndjson';
const ARROW = 'application/vnd.apache.arrow.stream';

let folder: string;
let store: Store;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prumo-keyed-'));
  store = await openEmbeddedStore({ path: join(folder, 'store') });
  await store.migrate();
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** Files of the data folder that hold a text. */
async function filesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}

describe('with a key for ids', () => {
  it('ids are kept as keyed hashes, from every format, and still join', async () => {
    const spool = await Spool.open({ folder, sealAfterMs: 1e9 });
    const predict = createPredictionsReceiver({ spool, idKey: KEY });
    const label = createLabelsReceiver({ spool, idKey: KEY });
    const send = (receive: ReceiveRecords, body: string | Uint8Array, contentType: string) =>
      receive({ body: Buffer.from(body), contentType, now: NOW, scopes: ['write'] });
    const arrow = (columns: Record<string, string[]>): Uint8Array => {
      const types = Object.fromEntries(Object.keys(columns).map((name) => [name, utf8()]));
      return tableToIPC(tableFromArrays(columns, { types }), { format: 'stream' })!;
    };
    const ids = ['customer-secret-1', 'customer-secret-2', 'customer-secret-3'];
    const line = { model: 'keyed', version: '1', time: '2026-01-05T10:00:00Z' };
    await send(predict, JSON.stringify({ ...line, id: ids[0] }), NDJSON);
    const rest = ids.slice(1);
    const twice = (text: string): string[] => rest.map(() => text);
    const { model, version, time } = line;
    await send(predict, arrow({ model: twice(model), version: twice(version), time: twice(time), id: rest }), ARROW);
    await send(label, JSON.stringify({ prediction_id: ids[1], label: 'b' }), NDJSON);
    await send(label, `prediction_id,label,model\n${ids[0]},a,keyed\n`, 'text/csv');
    await send(label, arrow({ prediction_id: [ids[2]!], label: ['c'] }), ARROW);
    expect(await filesWith('"keyed"')).toEqual([]);
    expect(await filesWith('keyed')).not.toEqual([]);
    expect(await filesWith('customer-secret')).toEqual([]);
    const storer = await Storer.start({ spool, store, folder });
    await spool.close();
    await storer.drain();
    await store.joinLabels({ since: new Date(0), joinedAt: NOW, absent: [], nowMs: NOW.getTime() });
    const period = { from: new Date('2026-01-05'), to: new Date('2026-01-06'), windowSeconds: 86_400 };
    const [group] = await store.readLabeled({
      model: 'keyed',
      environment: 'production',
      ...period,
      outputs: [],
      withIds: true,
    });
    const hash = (id: string): string =>
      `k1:${createHmac('sha256', KEY).update(id).digest().subarray(0, 24).toString('base64url')}`;
    const joined = group?.ids.map((id, i) => [id, group.labels[i]]);
    expect(new Map(joined as [string, string][])).toEqual(new Map(ids.map((id, i) => [hash(id), 'abc'[i]])));
    expect(await filesWith('customer-secret')).toEqual([]);
  });
});

it('a spool segment from before predictions had inputs is stored', async () => {
  const before = join(folder, 'before');
  await mkdir(join(before, 'spool'), { recursive: true });
  const golden = new URL('golden/segment-format-1.bin', import.meta.url);
  await cp(golden, join(before, 'spool', '000000000001-00000000-0000-4000-8000-000000000001.segment'));
  const spool = await Spool.open({ folder: before });
  const storer = await Storer.start({ spool, store, folder: before });
  await storer.drain();
  expect(storer.counts).toMatchObject({ stored: 1, failures: 0, setAside: 0 });
  await spool.close();
  const rows = await store.readPredictions({ model: 'upgraded', from: new Date(0), to: NOW });
  expect(rows.map((row) => [row.id, row.outputs, row.inputs, row.weight, row.servingRole])).toEqual([
    ['loan-1', '{"p":0.25,"ok":true}', '{}', 2, 'champion'],
    ['loan-2', '{}', '{}', 1, ''],
  ]);
  expect(await store.readLabels('upgraded')).toMatchObject([{ predictionId: 'loan-1', label: '1' }]);
});
