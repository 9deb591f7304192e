import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DistributionAnswer } from '../../collector/src/api/distribution.ts';
import { identityModel } from '../../agent/test/watch/tiny-onnx.ts';
import { encodeCategoryRows, type CategoryRows } from './otlp-request.ts';
import { runPrumo, startServe, type ServedCollector } from './prumo-process.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 7, 5);
const ROWS = 7;
const HOSTILE = `'); DROP TABLE prumo.profiles; --\n\n../../etc/passwd \u{1F600}`;

const MODEL_FILE = `
model: shop
version: "1"
task: regression
inputs:
  amount: { type: numeric, min: 0 }
  kind: { type: categorical }
windows: { drift: 1h }
`;

type Body = string | Uint8Array<ArrayBuffer>;

const scratch = makeScratchFolder();
let collector: ServedCollector;
/** Good requests so far; each is one more hour. */
let good = 0;

function inFile(name: string): string {
  return path.join(scratch.folder, name);
}

function post(route: string, body: Body, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(collector.url + route, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

function goodRows(hour: number): CategoryRows {
  const startMs = START_MS + hour * HOUR_MS;
  return { model: 'shop', field: 'kind', category: 'a', rows: ROWS, startMs, endMs: startMs + HOUR_MS };
}

async function sendGood(): Promise<void> {
  const answer = await post('/v1/metrics', encodeCategoryRows('good', [goodRows(good++)]));
  expect([answer.status, await answer.json()]).toEqual([200, {}]);
}

beforeAll(async () => {
  collector = await startServe(inFile('data'));
  const rows = Array.from({ length: 500 }, (_, i) => `${i % 50},${'abc'[i % 3]}`);
  await writeFile(inFile('prumo.model.yaml'), MODEL_FILE);
  await writeFile(inFile('reference.csv'), ['amount,kind', ...rows].join('\n'));
  await collector.ask('model', 'register', inFile('prumo.model.yaml'));
  await collector.ask('baseline', '--model', 'shop', '--version', '1', inFile('reference.csv'));
  await sendGood();
}, 60_000);

afterEach(sendGood);

/** After everything: what was good is there, and nothing else. */
afterAll(async () => {
  try {
    expect((await post('/v1/models/shop/judge', '{}')).status).toBe(200);
    const period = `from=${new Date(START_MS).toISOString()}&to=${new Date(START_MS + good * HOUR_MS).toISOString()}`;
    const answer = await fetch(`${collector.url}/v1/models/shop/fields/kind/distribution?${period}`);
    const { rows, cells } = (await answer.json()) as DistributionAnswer;
    expect(rows).toBe(good * ROWS + HOSTILE_ROWS);
    expect(cells.find(({ category }) => category === 'a')?.rows).toBe(good * ROWS);
    expect(cells.find(({ kind }) => kind === 'unseen')?.rows).toBe(HOSTILE_ROWS);
    const models = await collector.ask<{ model: string }[]>('model', 'list');
    expect(models.map(({ model }) => model)).toEqual(['shop', 'shop-onnx']);
    const metrics = await (await fetch(`${collector.url}/metrics`)).text();
    expect(metrics).toMatch(/^prumo_segments_set_aside 0$/m);
    expect(metrics).toMatch(/^prumo_segments_failures 0$/m);
  } finally {
    await collector.stop();
    await scratch.remove();
  }
});

/** Rows whose category is hostile text: data like any other. */
const HOSTILE_ROWS = 3;

interface BadRequest {
  readonly method?: string;
  readonly route: string;
  readonly body?: () => Body;
  readonly headers?: Record<string, string>;
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const GZIP = { 'content-encoding': 'gzip' };
const ONNX = { 'content-type': 'application/octet-stream' };
const registration = (change: object): string =>
  JSON.stringify({
    modelFile: { model: 'other', version: '1', task: 'binary', inputs: { x: { type: 'numeric' } }, ...change },
  });

const BAD_REQUESTS: Record<string, BadRequest & { status: number; code: string; says: RegExp }> = {
  'metrics that are no protobuf': {
    route: '/v1/metrics',
    body: () => Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1]),
    headers: PROTOBUF,
    status: 400,
    code: 'PRUMO_PROTOBUF_MALFORMED',
    says: /./,
  },
  'metrics cut in the middle': {
    route: '/v1/metrics',
    body: () => encodeCategoryRows('cut', [goodRows(0)]).slice(0, 200),
    status: 400,
    code: 'PRUMO_JSON_MALFORMED',
    says: /./,
  },
  'metrics of the wrong shape': {
    route: '/v1/metrics',
    body: () => JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 3, sum: [] }] }] }] }),
    status: 400,
    code: 'PRUMO_OTLP_MALFORMED',
    says: /resourceMetrics/,
  },
  'metrics nested without end': {
    route: '/v1/metrics',
    body: () => `{"resourceMetrics":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
    status: 400,
    code: 'PRUMO_OTLP_MALFORMED',
    says: /./,
  },
  'metrics of another type': {
    route: '/v1/metrics',
    body: () => 'a,b\n1,2',
    headers: { 'content-type': 'text/csv' },
    status: 415,
    code: 'PRUMO_CONTENT_TYPE_UNKNOWN',
    says: /text\/csv/,
  },
  'bytes that are no gzip': {
    route: '/v1/metrics',
    body: () => 'plain',
    headers: GZIP,
    status: 415,
    code: 'PRUMO_CONTENT_ENCODING_UNKNOWN',
    says: /gzip/,
  },
  'a gzip bomb': {
    route: '/v1/metrics',
    body: () => gzipSync(Buffer.alloc(80 * 2 ** 20)),
    headers: { ...PROTOBUF, ...GZIP },
    status: 413,
    code: 'PRUMO_BODY_TOO_LARGE',
    says: /./,
  },
  'a body beyond the limit': {
    route: '/v1/metrics',
    body: () => Buffer.alloc(17 * 2 ** 20),
    headers: PROTOBUF,
    status: 413,
    code: 'PRUMO_BODY_TOO_LARGE',
    says: /./,
  },
  'a registration with an unknown key': {
    route: '/v1/models',
    body: () => registration({ onwer: 'me' }),
    status: 400,
    code: 'PRUMO_MODEL_FILE_INVALID',
    says: /did you mean "owner"/,
  },
  'a registration with a hostile name': {
    route: '/v1/models',
    body: () => registration({ model: HOSTILE }),
    status: 400,
    code: 'PRUMO_MODEL_FILE_INVALID',
    says: /model/,
  },
  'a registration that reaches for the prototype': {
    route: '/v1/models',
    body: () => '{"modelFile":{"model":"x","__proto__":{"version":"1"}}}',
    status: 400,
    code: 'PRUMO_JSON_MALFORMED',
    says: /./,
  },
  'a version registered with another content': {
    route: '/v1/models',
    body: () => registration({ model: 'shop' }),
    status: 409,
    code: 'PRUMO_VERSION_IMMUTABLE',
    says: /shop/,
  },
  'an ONNX file that is none': {
    method: 'PUT',
    route: '/v1/models/shop/versions/1/onnx',
    body: () => 'no onnx',
    headers: ONNX,
    status: 400,
    code: 'PRUMO_ONNX_MALFORMED',
    says: /./,
  },
  'a baseline of the wrong shape': {
    route: '/v1/models/shop/baseline',
    body: () => '{"format":1,"fields":[]}',
    status: 400,
    code: 'PRUMO_INPUT_INVALID',
    says: /fields|model/,
  },
  'a baseline of an unknown model': {
    route: '/v1/models/nobody/baseline',
    body: () => 'null',
    status: 400,
    code: 'PRUMO_INPUT_INVALID',
    says: /./,
  },
  'a judging of a backward period': {
    route: '/v1/models/shop/judge',
    body: () => '{"from":"2024-02-01T00:00:00Z","to":"2024-01-01T00:00:00Z"}',
    status: 400,
    code: 'PRUMO_INPUT_INVALID',
    says: /from is not before to/,
  },
  'a judging of an unknown model': {
    route: '/v1/models/nobody/judge',
    body: () => '{}',
    status: 404,
    code: 'PRUMO_MODEL_UNKNOWN',
    says: /nobody/,
  },
  'drift of a hostile model': {
    method: 'GET',
    route: `/v1/models/${encodeURIComponent(HOSTILE)}/drift`,
    status: 400,
    code: 'PRUMO_INPUT_INVALID',
    says: /a-z/,
  },
  'drift with a hostile segment': {
    method: 'GET',
    route: `/v1/models/shop/drift?segment=${encodeURIComponent(HOSTILE)}`,
    status: 400,
    code: 'PRUMO_INPUT_INVALID',
    says: /k=v/,
  },
  'drift with an unknown parameter': {
    method: 'GET',
    route: '/v1/models/shop/drift?windw=1h',
    status: 400,
    code: 'PRUMO_INPUT_INVALID',
    says: /did you mean "window"/,
  },
  'drift of an unknown version': {
    method: 'GET',
    route: '/v1/models/shop/drift?version=9',
    status: 404,
    code: 'PRUMO_VERSION_UNKNOWN',
    says: /9/,
  },
  'the distribution of an unknown field': {
    method: 'GET',
    route: '/v1/models/shop/fields/knid/distribution',
    status: 404,
    code: 'PRUMO_FIELD_UNKNOWN',
    says: /did you mean "kind"/,
  },
  'layouts by something that is no hash': {
    method: 'GET',
    route: '/v1/models/shop/layouts?sha256=../../etc/passwd',
    status: 400,
    code: 'PRUMO_INPUT_INVALID',
    says: /sha256/,
  },
  'incidents of an unknown status': {
    method: 'GET',
    route: '/v1/incidents?status=muted',
    status: 400,
    code: 'PRUMO_INPUT_INVALID',
    says: /open/,
  },
  'health of an unknown model': {
    method: 'GET',
    route: '/v1/health?model=nobody',
    status: 404,
    code: 'PRUMO_MODEL_UNKNOWN',
    says: /nobody/,
  },
  'a path that is not there': {
    method: 'GET',
    route: '/v1/models/shop/../../../etc/passwd',
    status: 404,
    code: 'PRUMO_ROUTE_UNKNOWN',
    says: /etc\/passwd/,
  },
};

describe('a bad request is refused with the reason', () => {
  it.each(Object.entries(BAD_REQUESTS))('%s', async (_name, { method = 'POST', route, body, headers, ...expected }) => {
    const answer = await fetch(collector.url + route, {
      method,
      ...(body === undefined ? {} : { body: body(), headers: { 'content-type': 'application/json', ...headers } }),
    });
    const problem = (await answer.json()) as Record<string, unknown>;
    expect([answer.status, problem['code'], problem['status']]).toEqual([
      expected.status,
      expected.code,
      expected.status,
    ]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem['detail']).toMatch(expected.says);
    expect(String(problem['remedy'])).not.toBe('');
  });
});

describe('among good points', () => {
  it.each([
    ['a point of the future', { startMs: Date.UTC(2190, 0, 1), endMs: Date.UTC(2190, 0, 1, 1) }, /ahead|future/],
    ['a point that ends before it starts', { startMs: START_MS + HOUR_MS, endMs: START_MS }, /./],
    ['a hostile model', { model: HOSTILE }, /model/],
  ])('%s is refused alone, and the answer says so', async (_name, change, says) => {
    const points = [goodRows(good++), { ...goodRows(0), rows: 1_000_000, ...change }];
    const answer = await post('/v1/metrics', encodeCategoryRows('good', points));
    const { partialSuccess } = (await answer.json()) as {
      partialSuccess?: { rejectedDataPoints: string | number; errorMessage: string };
    };
    expect(answer.status).toBe(200);
    expect(Number(partialSuccess?.rejectedDataPoints)).toBe(1);
    expect(partialSuccess?.errorMessage).toMatch(says);
  });

  it('a hostile category is data like any other', async () => {
    const point = { ...goodRows(0), category: HOSTILE, rows: HOSTILE_ROWS };
    const answer = await post('/v1/metrics', encodeCategoryRows('hostile', [point]));
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
  });
});

describe('a bad command is refused with the reason', () => {
  const which = ['--model', 'shop', '--version', '1'];
  const files: Record<string, string | Uint8Array> = {
    'no-yaml.yaml': 'model: [unclosed',
    'unknown-key.yaml': MODEL_FILE.replace('windows:', 'windwos:'),
    'no-onnx.onnx': 'this is no onnx',
    'other.onnx': identityModel({ name: 'x', type: 'float32', shape: ['n', 1] }),
    'right.onnx': identityModel(
      { name: 'amount', type: 'float32', shape: ['n', 1] },
      { name: 'kind', type: 'string', shape: ['n', 1] },
    ),
    'onnx.yaml': MODEL_FILE.replace('shop', 'shop-onnx'),
    'no-column.csv': 'amount\n1\n',
    'ragged.csv': 'amount,kind\n1,a\n2\n',
    'empty.csv': '',
    'only-head.csv': 'amount,kind\n',
    'broken.ndjson': '{"amount":1,"kind":"a"}\n{"amount":\n',
    'no-parquet.parquet': 'PAR1 this is none',
    'no-gzip.csv.gz': 'amount,kind\n1,a\n',
    'rows.csv': 'amount,kind\n1,a\n',
    'rows.xlsx': 'amount,kind\n1,a\n',
    'bad-config.yaml': 'prot: 1\n',
  };

  beforeAll(async () => {
    for (const [name, content] of Object.entries(files)) await writeFile(inFile(name), content);
  });

  it.each([
    ['model register FILE/nowhere.yaml', 1, /nowhere\.yaml/],
    ['model register FILE/no-yaml.yaml', 1, /no-yaml\.yaml/],
    ['model register FILE/unknown-key.yaml', 1, /did you mean "windows"/],
    ['model register FILE/onnx.yaml --onnx FILE/no-onnx.onnx', 1, /ONNX/],
    ['model register FILE/onnx.yaml --onnx FILE/other.onnx', 1, /amount|kind/],
    ['model show nobody', 1, /nobody/],
    ['baseline FILE/no-column.csv', 1, /no column "kind"/],
    ['baseline FILE/ragged.csv', 1, /ragged\.csv.*(line|row) 3/],
    ['baseline FILE/empty.csv', 1, /empty\.csv/],
    ['baseline FILE/only-head.csv', 1, /only-head\.csv|no rows/],
    ['baseline FILE/broken.ndjson', 1, /broken\.ndjson.*2/],
    ['baseline FILE/no-parquet.parquet', 1, /no-parquet\.parquet/],
    ['baseline FILE/no-gzip.csv.gz', 1, /no-gzip\.csv\.gz/],
    ['baseline FILE/rows.xlsx', 1, /rows\.xlsx/],
    ['backfill FILE/rows.csv', 2, /--time|--start/],
    ['backfill FILE/rows.csv --start 2024-01-01T00:30:00Z --window 1h --rows-per-window 10', 2, /full hour/],
    ['backfill FILE/rows.csv --time at', 1, /no column "at"/],
    ['drift --model nobody', 1, /nobody/],
    ['drift --model shop --reference pinned:yesterday', 1, /pinned:FROM\/TO/],
    ['drift --model shop --from 2024-02-01 --to 2024-01-01', 1, /from is not before to/],
    ['incident list --model nobody', 1, /nobody/],
  ] as const)('prumo %s', async (words, exit, says) => {
    const args = words.replaceAll('FILE', scratch.folder).split(' ');
    const version = args[0] === 'baseline' || args[0] === 'backfill' ? which : [];
    const { code, stdout, stderr } = await collector.prumo(...args, ...version);
    expect([code, stdout], stderr).toEqual([exit, '']);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^ {2}what to do: ./m);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it.each([
    ['serve --data DATA --port 0', 1, /process \d+ uses the store/],
    ['serve --data OTHER --port TAKEN', 1, /taken/],
    ['serve --data OTHER --host 0.0.0.0 --port 0', 1, /reached from other machines/],
    ['serve --config FILE/bad-config.yaml', 1, /did you mean "port"/],
    ['config check --config FILE/nowhere.yaml', 1, /nowhere\.yaml/],
    ['demo --exit --data FILE', 2, /not empty/],
  ] as const)('prumo %s', async (words, exit, says) => {
    const args = words
      .replaceAll('FILE', scratch.folder)
      .replace('DATA', inFile('data'))
      .replace('OTHER', inFile('other'))
      .replace('TAKEN', new URL(collector.url).port)
      .split(' ');
    const { code, stdout, stderr } = await runPrumo(args, scratch.folder);
    expect([code, stdout], stderr).toEqual([exit, '']);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^ {2}what to do: ./m);
  });

  it('a version whose ONNX file was refused takes the right one', async () => {
    const words = ['model', 'register', inFile('onnx.yaml'), '--onnx', inFile('right.onnx')];
    expect(await collector.ask(...words)).toMatchObject({ model: 'shop-onnx', complete: true });
  });
});
