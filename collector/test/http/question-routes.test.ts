import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PrumoError } from '../../src/errors/prumo-error.ts';
import { assertLoopback, listen } from '../../src/http/listen.ts';
import { Metrics } from '../../src/http/metrics.ts';
import { modelFile } from '../registry/sample.ts';
import { distribution, driftRow, openHttp, performanceRow } from './open-http.ts';

const MODEL = '/v1/models/credit-default';

async function openWithModel() {
  const http = await openHttp();
  await http.app.inject({ method: 'POST', url: '/v1/models', payload: { modelFile } });
  return http;
}

describe('questions', () => {
  it('of drift reach the answerer as values', async () => {
    const { app, asked } = await openWithModel();
    const query =
      'version=3&from=2026-01-01T00:00:00Z&window=1h&segment=channel=app&reference=trailing:28d&mode=nannyml';
    const answer = await app.inject(`${MODEL}/drift?${query}`);
    expect(answer.json()).toEqual([driftRow]);
    const read = {
      version: '3',
      from: new Date('2026-01-01T00:00:00Z'),
      window: 3_600_000,
      segment: { channel: 'app' },
      reference: { kind: 'trailing', lengthMs: 28 * 86_400_000 },
      mode: 'nannyml',
    };
    expect(asked).toEqual([['drift', 'credit-default', read]]);
  });

  it('of performance reach the answerer as values', async () => {
    const { app, asked } = await openWithModel();
    const query = 'kind=concept&window=1d&segment=channel=app&asOf=2026-03-01T00:00:00Z';
    expect((await app.inject(`${MODEL}/performance?${query}`)).json()).toEqual([performanceRow]);
    await app.inject(`${MODEL}/performance?by=channel`);
    const read = { kind: 'concept', window: 86_400_000, segment: { channel: 'app' }, asOf: new Date('2026-03-01') };
    expect(asked).toEqual([
      ['performance', 'credit-default', read],
      ['performance', 'credit-default', { kind: 'both', by: 'channel' }],
    ]);
    const judged = await app.inject({ method: 'POST', url: '/v1/judge', payload: {} });
    expect(judged.json()).toMatchObject({ performanceWindows: 3 });
  });

  it('of a distribution, incidents, health and judging are answered', async () => {
    const { app, asked } = await openWithModel();
    expect((await app.inject(`${MODEL}/fields/income/distribution`)).json()).toEqual(distribution);
    expect((await app.inject('/v1/incidents?status=open&model=credit-default')).json()).toEqual([]);
    expect((await app.inject('/v1/health')).json()).toEqual([]);
    expect((await app.inject({ method: 'POST', url: `${MODEL}/judge` })).json()).toMatchObject({ verdicts: 2 });
    const payload = { from: '2026-01-01T00:00:00Z' };
    await app.inject({ method: 'POST', url: `${MODEL}/judge`, payload });
    expect(asked.map(([name]) => name)).toEqual(['distribution', 'incidents', 'health', 'judge', 'judge']);
    expect(asked.at(-1)).toEqual(['judge', 'credit-default', { from: new Date(payload.from) }]);
  });

  it.each([
    ['GET', '/v1/models/none/drift', 404, 'PRUMO_MODEL_UNKNOWN', 'none'],
    ['GET', `${MODEL}/drift?version=9`, 404, 'PRUMO_VERSION_UNKNOWN', '"3"'],
    ['GET', `${MODEL}/drift?mode=whylogs`, 400, 'PRUMO_INPUT_INVALID', 'prumo, nannyml, evidently'],
    [
      'GET',
      `${MODEL}/drift?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
      400,
      'PRUMO_INPUT_INVALID',
      'not before to',
    ],
    ['GET', `${MODEL}/performance?kind=guessed`, 400, 'PRUMO_INPUT_INVALID', 'realized, estimated, both, concept'],
    ['GET', `${MODEL}/performance?by=2x`, 400, 'PRUMO_INPUT_INVALID', 'a segment key has'],
    ['GET', '/v1/models/none/performance', 404, 'PRUMO_MODEL_UNKNOWN', 'none'],
    ['GET', `${MODEL}/drift?window=soon`, 400, 'PRUMO_INPUT_INVALID', '5m, 1d or 90d'],
    ['GET', `${MODEL}/drift?segment=channel`, 400, 'PRUMO_INPUT_INVALID', 'k=v'],
    ['GET', `${MODEL}/drift?reference=last`, 400, 'PRUMO_INPUT_INVALID', 'trailing:28d'],
    ['GET', `${MODEL}/drift?windw=1h`, 400, 'PRUMO_INPUT_INVALID', 'did you mean "window"?'],
    ['GET', `${MODEL}/fields/incme/distribution`, 404, 'PRUMO_FIELD_UNKNOWN', 'did you mean "income"?'],
    ['GET', `${MODEL}/fields/%00/distribution`, 400, 'PRUMO_INPUT_INVALID', 'control characters'],
    ['GET', '/v1/incidents?model=none', 404, 'PRUMO_MODEL_UNKNOWN', 'none'],
    ['GET', '/v1/incidents?status=old', 400, 'PRUMO_INPUT_INVALID', 'open, closed'],
    ['GET', '/v1/health?modl=a', 400, 'PRUMO_INPUT_INVALID', 'did you mean "model"?'],
    ['POST', '/v1/models/none/judge', 404, 'PRUMO_MODEL_UNKNOWN', 'none'],
    ['GET', '/v1/nothing', 404, 'PRUMO_ROUTE_UNKNOWN', 'GET /v1/nothing'],
    ['DELETE', '/v1/models', 404, 'PRUMO_ROUTE_UNKNOWN', 'DELETE /v1/models'],
  ] as const)('%s %s is a problem', async (method, url, status, code, words) => {
    const { app, asked } = await openWithModel();
    const answer = await app.inject({ method, url });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status, code, detail: expect.stringContaining(words) as string });
    expect(asked).toEqual([]);
  });
});

describe('POST /v1/metrics', () => {
  const protobuf = { 'content-type': 'application/x-protobuf' };

  it('hands the unpacked body on, and answers in kind', async () => {
    const { app, asked } = await openHttp();
    const payload = gzipSync('points');
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/metrics',
      headers: { ...protobuf, 'content-encoding': 'gzip' },
      payload,
    });
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
    expect(answer.headers['content-type']).toBe('application/x-protobuf');
    expect(asked[0]?.[1]).toMatchObject({ body: Buffer.from('points'), contentType: 'application/x-protobuf' });
    const json = await app.inject({ method: 'POST', url: '/v1/metrics', payload: {} });
    expect(json.headers['content-type']).toContain('application/json');
    expect(json.json()).toEqual({});
  });

  it('says which points it refused', async () => {
    const outcome = { accepted: 1, rejected: 2, message: 'too old' };
    const { app } = await openHttp({ receiveMetrics: () => Promise.resolve(outcome) });
    const json = await app.inject({ method: 'POST', url: '/v1/metrics', payload: {} });
    expect(json.json()).toEqual({ partialSuccess: { rejectedDataPoints: '2', errorMessage: 'too old' } });
    const packed = await app.inject({ method: 'POST', url: '/v1/metrics', headers: protobuf, payload: 'x' });
    // ExportMetricsServiceResponse { partial_success { rejected_data_points: 2, error_message: "too old" } }
    expect([...packed.rawPayload]).toEqual([0x0a, 11, 0x08, 2, 0x12, 7, ...Buffer.from('too old')]);
  });

  it.each<[Error, number, string, string | undefined]>([
    [new PrumoError('PRUMO_SPOOL_FULL', 'full'), 429, 'PRUMO_SPOOL_FULL', '5'],
    [new PrumoError('PRUMO_SPOOL_FAILED', 'disk'), 503, 'PRUMO_SPOOL_FAILED', '5'],
    [new TypeError('secret'), 503, 'PRUMO_INGEST_FAILED', '5'],
    [new PrumoError('PRUMO_OTLP_MALFORMED', 'bad'), 400, 'PRUMO_OTLP_MALFORMED', undefined],
  ])('answers %s so that clients do the right thing', async (error, status, code, retryAfter) => {
    const { app } = await openHttp({ receiveMetrics: () => Promise.reject(error) });
    const answer = await app.inject({ method: 'POST', url: '/v1/metrics', headers: protobuf, payload: 'x' });
    expect(answer.json()).toMatchObject({ status, code });
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(answer.body).not.toContain('secret');
  });

  it('refuses bodies beyond the limits before they are read', async () => {
    const { app, asked } = await openHttp();
    const large = await app.inject({
      method: 'POST',
      url: '/v1/metrics',
      headers: protobuf,
      payload: 'x'.repeat(5000),
    });
    const headers = { ...protobuf, 'content-encoding': 'gzip' };
    const bomb = await app.inject({
      method: 'POST',
      url: '/v1/metrics',
      headers,
      payload: gzipSync(Buffer.alloc(1e6)),
    });
    expect([large.statusCode, bomb.statusCode]).toEqual([413, 413]);
    expect(asked).toEqual([]);
  });
});

describe('the collector about itself', () => {
  it('says that it lives, and whether it is ready', async () => {
    const { app } = await openHttp({
      assertReady: () => Promise.reject(new PrumoError('PRUMO_NOT_READY', 'starting')),
    });
    expect((await app.inject('/healthz')).body).toBe('ok\n');
    expect((await app.inject('/readyz')).json()).toMatchObject({ status: 503, code: 'PRUMO_NOT_READY' });
    expect((await (await openHttp()).app.inject('/readyz')).body).toBe('ready\n');
  });

  it('hides what an unknown error says', async () => {
    const { app } = await openHttp({ assertReady: () => Promise.reject(new Error('password hunter2')) });
    const answer = await app.inject('/readyz');
    expect(answer.json()).toMatchObject({ status: 500, code: 'PRUMO_INTERNAL' });
    expect(answer.body).not.toContain('hunter2');
  });

  it('counts requests by route, never by path', async () => {
    const { app } = await openHttp();
    for (const name of ['a', 'b', 'c']) await app.inject(`/v1/models/${name}`);
    await app.inject('/unknown/path');
    const { body } = await app.inject('/metrics');
    expect(body).toContain('prumo_http_requests_total{route="/v1/models/:model",method="GET",status="404"} 3\n');
    expect(body).toContain('prumo_http_requests_total{route="unknown",method="GET",status="404"} 1\n');
    expect(body).toContain('# TYPE process_resident_memory_bytes gauge\n');
  });

  it('bounds the series of a counter', () => {
    const metrics = new Metrics();
    const counter = metrics.counter('x_total', 'X.');
    for (let i = 0; i < 2000; i++) counter.add({ name: `n"${i}\n` });
    const lines = metrics
      .render()
      .split('\n')
      .filter((line) => line.startsWith('x_total'));
    expect(lines).toHaveLength(501);
    expect(lines[0]).toBe('x_total{name="n\\"0\\n"} 1');
    expect(lines.at(-1)).toBe('x_total{name="other"} 1500');
  });

  it('describes itself', async () => {
    const { app } = await openHttp();
    const openapi = (await app.inject('/docs/json')).json<{ openapi: string; paths: Record<string, object> }>();
    expect(openapi.openapi).toBe('3.1.0');
    expect(Object.keys(openapi.paths).sort()).toEqual([
      '/v1/health',
      '/v1/incidents',
      '/v1/judge',
      '/v1/labels',
      '/v1/metrics',
      '/v1/models',
      '/v1/models/{model}',
      '/v1/models/{model}/baseline',
      '/v1/models/{model}/drift',
      '/v1/models/{model}/fields/{field}/distribution',
      '/v1/models/{model}/judge',
      '/v1/models/{model}/layouts',
      '/v1/models/{model}/performance',
      '/v1/models/{model}/versions/{version}',
      '/v1/models/{model}/versions/{version}/onnx',
      '/v1/predictions',
    ]);
    expect(JSON.stringify(openapi.paths['/v1/models'])).toContain('riskTier');
    expect((await app.inject('/docs')).body).toContain('<code>/v1/models/{model}/drift</code>');
  });
});

describe('the address', () => {
  it.each(['127.0.0.1', '127.8.0.1', '::1', '0:0:0:0:0:0:0:1', 'localhost'])('may be %s', (host) => {
    expect(() => assertLoopback(host)).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '::2', '2001:db8::1', 'example.com', '127.0.0.1.example.com'])(
    'may not be %s',
    (host) => {
      expect(() => assertLoopback(host)).toThrow(expect.objectContaining({ code: 'PRUMO_HOST_NOT_LOOPBACK' }));
    },
  );

  it('is given when requests are accepted, and refused when it is taken', async () => {
    const { app } = await openHttp();
    const url = await listen(app, { host: '127.0.0.1', port: 0 });
    try {
      expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
      const { app: second } = await openHttp();
      const port = Number(new URL(url).port);
      await expect(listen(second, { host: '127.0.0.1', port })).rejects.toThrow(
        expect.objectContaining({ code: 'PRUMO_PORT_IN_USE' }),
      );
    } finally {
      await app.close();
    }
  });
});
