import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OtlpProtobufDecoder } from '../../../collector/src/ingest/otlp-protobuf.ts';
import { writeProfileRow } from '../../../collector/src/ingest/profile-row.ts';
import { createMetricsReceiver } from '../../../collector/src/ingest/receive-metrics.ts';
import { RowBinaryWriter } from '../../../collector/src/ingest/row-binary.ts';
import { Spool } from '../../../collector/src/ingest/spool.ts';
import { Storer } from '../../../collector/src/ingest/storer.ts';
import { openEmbeddedStore } from '../../../collector/src/store/embedded.ts';
import { fileColumns, fileStructure } from '../../../collector/src/store/file-tables.ts';
import type { Store } from '../../../collector/src/store/store.ts';
import { atLeast, type BenchRow, printed } from '../bench-row.ts';
import { quantile } from '../measure.ts';
import { encodeMinute, setMinute } from '../otlp-load.ts';
import { openRawEngine, type RawEngine } from '../raw-engine.ts';
import { withFolder } from '../scratch.ts';

const MODELS = 30;
const FIELDS = 100;
const MINUTES = 70;
const ROWS = MODELS * FIELDS * MINUTES;
/** Requests on their way at a time, as from several agents. */
const AT_A_TIME = 4;
const ROUNDS = 3;
const SEGMENT_BYTES = 64 * 2 ** 20;
const START_MS = Math.floor(Date.now() / 86_400_000 - 2) * 86_400_000;

/** OTLP in to rows in the store, against writing the same rows as RowBinary files and inserting them, unsynced. */
export function run(): Promise<BenchRow[]> {
  return withFolder(async (folder) => {
    const store = await openEmbeddedStore({ path: path.join(folder, 'clickhouse') });
    await store.migrate();
    const raw = openRawEngine(path.join(folder, 'clickhouse'));
    await raw.command({ query: CREATE_RAW });
    const rates = { ours: [] as number[], raw: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      const requests = makeRequests(round);
      rates.raw.push(ROWS / (await insertRaw(raw, folder, encodeRows(requests))));
      rates.ours.push(ROWS / (await ingest(store, folder, requests)));
    }
    await assertStored(raw, ['profiles', 'raw_profiles']);
    const [ours, theirs] = [quantile(rates.ours, 0.5), quantile(rates.raw, 0.5)];
    const name = `ingest of ${ROWS} points, OTLP in to stored`;
    return [
      atLeast(`${name}: speed over a raw RowBinary insert, fsync off`, ours / theirs, 'ratio', 0.5),
      printed(name, ours, 'rows/s'),
      printed('raw RowBinary insert of the same rows', theirs, 'rows/s'),
    ];
  });
}

/** The table of points without what makes repeats harmless. */
const CREATE_RAW = `CREATE TABLE prumo.raw_profiles AS prumo.profiles ENGINE = MergeTree PARTITION BY toDate(start)
  ORDER BY (model, environment, toStartOfHour(start), metric, field, version, series, start)`;

function makeRequests(round: number): Uint8Array[] {
  const request = encodeMinute({ kind: 'edges', models: MODELS, fields: FIELDS });
  return Array.from({ length: MINUTES }, (_, minute) =>
    setMinute(request, START_MS + (round * MINUTES + minute) * 60_000),
  );
}

/** The rows of requests as RowBinary, in pieces as large as a segment of the spool. */
function encodeRows(requests: readonly Uint8Array[]): Uint8Array[] {
  const decoder = new OtlpProtobufDecoder();
  const writer = new RowBinaryWriter();
  const pieces: Uint8Array[] = [];
  for (const request of requests) {
    for (const point of decoder.decode(request)) writeProfileRow(writer, point, START_MS, new Float64Array(0));
    if (writer.length >= SEGMENT_BYTES) pieces.push(writer.take());
  }
  if (writer.length > 0) pieces.push(writer.take());
  return pieces;
}

/** Seconds. */
async function insertRaw(raw: RawEngine, folder: string, pieces: readonly Uint8Array[]): Promise<number> {
  const start = performance.now();
  for (const [k, piece] of pieces.entries()) {
    const file = path.join(folder, `raw-${k}`);
    await writeFile(file, piece);
    const structure = fileStructure('profiles').replaceAll("'", "''");
    await raw.command({
      query: `INSERT INTO prumo.raw_profiles (${fileColumns('profiles')}) SETTINGS async_insert = 0
        SELECT * FROM file('${file}', 'RowBinary', '${structure}')`,
    });
  }
  return (performance.now() - start) / 1000;
}

/** Seconds. */
async function ingest(store: Store, folder: string, requests: readonly Uint8Array[]): Promise<number> {
  const spool = await Spool.open({ folder, maxBytes: 2 ** 31, segmentBytes: SEGMENT_BYTES });
  const storer = await Storer.start({ spool, store, folder });
  const receive = createMetricsReceiver({ spool, knowsLayout: () => true });
  const waiting = requests.values();
  const send = async (): Promise<void> => {
    for (const body of waiting) {
      await receive({ body, contentType: 'application/x-protobuf', now: new Date(), scopes: ['ingest'] });
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: AT_A_TIME }, send));
  await storer.drain();
  const seconds = (performance.now() - start) / 1000;
  await spool.close();
  await storer.stop();
  return seconds;
}

async function assertStored(raw: RawEngine, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const answer = await raw.query({ query: `SELECT count() AS rows FROM prumo.${table}`, format: 'JSONEachRow' });
    const [found] = await answer.json<{ rows: number | string }>();
    if (Number(found?.rows) !== ROWS * ROUNDS) throw new Error(`${table} holds ${found?.rows} rows`);
  }
}
