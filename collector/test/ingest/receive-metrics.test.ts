import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inflateBody } from '../../src/ingest/inflate.ts';
import { encodeMetricsResponse, metricsResponseJson } from '../../src/ingest/metrics-response.ts';
import {
  createMetricsReceiver,
  type MetricsReceiverOptions,
  type MetricsRequest,
} from '../../src/ingest/receive-metrics.ts';
import { Spool } from '../../src/ingest/spool.ts';
import { Storer } from '../../src/ingest/storer.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { encodeRequest, keyValues, Request, Response } from './otlp-oracle.ts';

const NOW = new Date('2026-01-05T10:30:00Z');
const HOSTILE = "it's\n\nINSERT INTO prumo.health SELECT 1; --";
const nanos = (minute: number): string => String(BigInt(NOW.getTime() + minute * 60_000) * 1_000_000n);
const names = {
  'ml.model.name': 'credit',
  'ml.model.version': '3',
  'ml.field.name': HOSTILE,
  'ml.field.role': 'input',
};

type Values = Record<string, unknown>;
const point = (minute: number, values: Values = {}, attributes: Record<string, string> = names): Values => {
  const times = { startTimeUnixNano: nanos(minute - 1), timeUnixNano: nanos(minute) };
  return { ...times, attributes: keyValues(attributes), ...values };
};
const cells = { count: 6, bucketCounts: [1, 2, 3], explicitBounds: [0, 1], sum: 4.5 };
const histogram = (...dataPoints: Values[]): object => {
  return { name: 'ml.field.value', histogram: { aggregationTemporality: 1, dataPoints } };
};
const rows = (aggregationTemporality: number, ...dataPoints: Values[]): object => {
  return { name: 'ml.inference.rows', sum: { aggregationTemporality, isMonotonic: true, dataPoints } };
};
const protobuf = (...metrics: object[]): MetricsRequest => {
  const body = encodeRequest({ 'service.instance.id': 'pod-1', 'service.name': 's' }, metrics);
  return { body, contentType: 'application/x-protobuf', now: NOW, scopes: ['ingest'] };
};
const json = (body: string | object, scopes = ['ingest']): MetricsRequest => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { body: Buffer.from(text), contentType: 'application/json; charset=utf-8', now: NOW, scopes };
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prumo-receive-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function startCollector(options: Partial<MetricsReceiverOptions> = {}) {
  const store = await openEmbeddedStore({ path: join(folder, 'store') });
  await store.migrate();
  const spool = await Spool.open({ folder });
  const storer = await Storer.start({ spool, store, folder });
  const receive = createMetricsReceiver({ spool, ...options });
  const stop = async () => {
    await spool.close();
    await storer.drain();
    await storer.stop();
    await store.close();
  };
  return { store, storer, receive, stop };
}

const read = (store: Store) => {
  const period = { from: new Date('2026-01-05T00:00:00Z'), to: new Date('2026-01-06T00:00:00Z') };
  return store.readSeries({ model: 'credit', source: 'minute', ...period });
};

describe('receiving metrics into the store', () => {
  it('counts an export once that is delivered twice, to the same and to a restarted collector, in either encoding', async () => {
    const request = protobuf(histogram(point(0, cells), point(1, cells)), rows(1, point(0, { asInt: 24 })));
    const same = json(Request.toObject(Request.decode(request.body), { longs: String }));
    const first = await startCollector();
    for (const it of [request, request, same]) {
      expect(await first.receive(it)).toEqual({ accepted: 3, rejected: 0, message: '' });
      await first.storer.drain();
    }
    const once = await read(first.store);
    expect(once.map((group) => [group.field, group.count, group.counts])).toEqual([
      [HOSTILE, 12, [2, 4, 6]],
      [HOSTILE, 24, []],
    ]);
    await first.receive(request);
    await first.stop();
    const second = await startCollector();
    await second.receive(request);
    await second.storer.drain();
    expect(await read(second.store)).toEqual(once);
    await second.stop();
  });

  it('stores what was acknowledged although the collector never got to store it', async () => {
    const receive = createMetricsReceiver({ spool: await Spool.open({ folder, sealAfterMs: 1e9 }) });
    await receive(protobuf(histogram(point(0, cells))));
    const next = await startCollector();
    await next.storer.drain();
    expect((await read(next.store))[0]?.count).toBe(6);
    await next.stop();
  });

  it('keeps any bytes: points whose encoding holds blank lines', async () => {
    const { store, storer, receive, stop } = await startCollector();
    // 0x0a0a0a0a as counts, as a double of 0x0a bytes, as time.
    const tens = 0x0a0a_0a0a;
    const double = Buffer.alloc(8, 10).readDoubleLE();
    await receive(
      protobuf(histogram(point(0, { ...cells, count: 2 * tens, bucketCounts: [tens, tens, 0], sum: double }))),
    );
    await storer.drain();
    expect((await read(store))[0]).toMatchObject({ counts: [tens, tens, 0], sum: double });
    await stop();
  });

  it('keeps the bounds of a point whose hash is not known to name them', async () => {
    const knowsLayout: MetricsReceiverOptions['knowsLayout'] = (model, hash, bounds) =>
      model === 'credit' && hash === 'known' && bounds.join() === '0,1';
    const { store, storer, receive, stop } = await startCollector({ knowsLayout });
    const shifted = { ...cells, explicitBounds: [0, 2] };
    const layout = (name: string) => ({ ...names, 'ml.field.name': name, 'ml.layout': name });
    await receive(protobuf(histogram(point(0, cells, layout('known')), point(0, cells, layout('unknown')))));
    await receive(protobuf(histogram(point(1, shifted, layout('known')))));
    await storer.drain();
    const kept = (await read(store)).map((group) => [group.layout, group.bounds]);
    expect(kept).toHaveLength(3);
    expect(kept).toEqual(
      expect.arrayContaining([
        ['known', []],
        ['unknown', [0, 1]],
        ['known', [0, 2]],
      ]),
    );
    await stop();
  });

  it('turns cumulative points into deltas: the first sets the base, repeats add nothing, a reset counts whole', async () => {
    const { store, storer, receive, stop } = await startCollector();
    const start = nanos(-20);
    const total = (minute: number, asInt: number, startTimeUnixNano = start) =>
      receive(protobuf(rows(2, { ...point(minute, { asInt }), startTimeUnixNano })));
    await total(-10, 100);
    await total(-9, 130);
    await total(-9, 130);
    await total(-8, 135);
    await total(-9, 130);
    await total(-5, 7, nanos(-6));
    await storer.drain();
    expect((await read(store)).map((group) => group.count)).toEqual([42]);
    await stop();
  });
});

describe('receiving metrics', () => {
  const outcome = async (request: MetricsRequest, maxPoints?: number) => {
    const spool = await Spool.open({ folder });
    return createMetricsReceiver({ spool, ...(maxPoints === undefined ? {} : { maxPoints }) })(request);
  };
  const refusal = async (metric: object): Promise<string> => {
    const { message } = await outcome(protobuf(metric));
    return /^1 point refused: 1 x (.*) \(/.exec(message)?.[1] ?? message;
  };

  it('accepts the good points of a request and says why it refuses the others', async () => {
    const unknown = {
      name: 'http.server.duration',
      gauge: { dataPoints: [point(0, { asInt: 1 }), point(0, { asInt: 1 })] },
    };
    const result = await outcome(protobuf(histogram(point(0, cells), point(0, { ...cells, count: 7 })), unknown));
    expect(result).toEqual({
      accepted: 1,
      rejected: 3,
      message:
        '3 points refused: 2 x the metric is not known ("http.server.duration"); ' +
        '1 x the bucket counts do not add up to the count ("ml.field.value").',
    });
    const answer = Response.toObject(Response.decode(encodeMetricsResponse(result)), { longs: Number });
    expect(answer).toEqual({ partialSuccess: { rejectedDataPoints: 3, errorMessage: result.message } });
    expect(metricsResponseJson(result)).toEqual({
      partialSuccess: { rejectedDataPoints: '3', errorMessage: result.message },
    });
    expect(encodeMetricsResponse({ accepted: 1, rejected: 0, message: '' })).toHaveLength(0);
  });

  it.each([
    [
      'bounds that do not increase',
      { ...cells, explicitBounds: [1, 1] },
      'bounds must be finite and strictly increasing',
    ],
    ['infinite bounds', { ...cells, explicitBounds: [0, Infinity] }, 'bounds must be finite and strictly increasing'],
    ['one bucket and no bounds', { ...cells, explicitBounds: [], bucketCounts: [6] }, 'a histogram must have bounds'],
    ['too few buckets', { ...cells, bucketCounts: [6] }, 'a histogram must have one bucket more than bounds'],
    ['no start', { ...cells, startTimeUnixNano: 0 }, 'the start time is missing'],
    ['an end before the start', { ...cells, startTimeUnixNano: nanos(2) }, 'the end time must be after the start time'],
    ['the future', { ...cells, timeUnixNano: nanos(11) }, 'the end time lies more than 10 minutes ahead'],
    ['the distant past', { ...cells, startTimeUnixNano: nanos(-7 * 1440 - 1) }, 'the start time is older than 7 days'],
  ])('refuses %s', async (_, values, reason) => {
    expect(await refusal(histogram(point(0, values)))).toBe(reason);
  });

  it.each([
    [{ 'ml.model.name': 'Credit/../x' }, 'ml.model.name must be 1 to 63 of a-z, 0-9 and -'],
    [{ 'ml.model.version': '' }, 'ml.model.version or ml.model.sha256 is required'],
    [{ 'ml.model.sha256': 'zz' }, 'ml.model.sha256 must be 64 of 0-9 and a-f'],
    [{ 'ml.field.name': '' }, 'ml.field.name is required'],
    [{ 'ml.field.role': 'feature' }, 'ml.field.role must be input or output'],
    [{ 'ml.serving.role': 'king' }, 'ml.serving.role must be champion, shadow or canary'],
    [{ 'ml.sampling': 'half' }, 'ml.sampling must be a whole number from 0 to 32'],
    [{ 'ml.segment.a,b': 'x' }, 'a segment key must be 1 to 64 letters, digits, _ . or -'],
    [{ 'ml.field.name': 'x'.repeat(513) }, 'an attribute is longer than 512 characters'],
  ])('refuses the attributes %j', async (changes, reason) => {
    const attributes = { ...names, ...changes } as Record<string, string>;
    expect(await refusal(histogram(point(0, cells, attributes)))).toBe(reason);
  });

  it('refuses a temporality that is not said, and more points than a request may hold', async () => {
    expect(await refusal(rows(0, point(0, { asInt: 1 })))).toBe(
      'the aggregation temporality must be delta or cumulative',
    );
    const result = await outcome(protobuf(rows(1, ...[0, 1, 2].map((minute) => point(minute, { asInt: 1 })))), 2);
    expect([result.accepted, result.rejected]).toEqual([2, 1]);
  });

  it('accepts the distant past from those who may write it', async () => {
    const old = { startTimeUnixNano: '1000000000', timeUnixNano: '61000000000', asInt: 1 };
    const request = { ...protobuf(rows(1, point(0, old))), scopes: ['write'] };
    expect((await outcome(request)).accepted).toBe(1);
  });

  it('says what and where when a body is no OTLP at all', async () => {
    const malformed = {
      code: 'PRUMO_OTLP_MALFORMED',
      message: 'resourceMetrics[0].scopeMetrics must be a list, not number.',
    };
    await expect(outcome(json({ resourceMetrics: [{ scopeMetrics: 5 }] }))).rejects.toMatchObject(malformed);
    await expect(outcome(json({ resource_metrics: [] }))).rejects.toMatchObject({ code: 'PRUMO_OTLP_MALFORMED' });
    await expect(outcome(json('[]'))).rejects.toMatchObject({ code: 'PRUMO_OTLP_MALFORMED' });
    await expect(outcome(json('{"resourceMetrics":'))).rejects.toMatchObject({ code: 'PRUMO_JSON_MALFORMED' });
    await expect(outcome(json('['.repeat(1e6)))).rejects.toMatchObject({ code: 'PRUMO_JSON_MALFORMED' });
    const garbage = { ...protobuf(), body: Buffer.from('\n\x05hello') };
    await expect(outcome(garbage)).rejects.toMatchObject({ code: 'PRUMO_PROTOBUF_MALFORMED' });
    await expect(outcome({ ...protobuf(), contentType: 'text/html' })).rejects.toMatchObject({
      code: 'PRUMO_CONTENT_TYPE_UNKNOWN',
    });
  });

  it('refuses all when the spool is full, as something to try again', async () => {
    const spool = await Spool.open({ folder, maxBytes: 100 });
    const receive = createMetricsReceiver({ spool });
    const full = { code: 'PRUMO_SPOOL_FULL', kind: 'retryable' };
    await expect(receive(protobuf(histogram(point(0, cells))))).rejects.toMatchObject(full);
  });

  it('keeps nothing of a request of several pieces that does not fit as a whole', async () => {
    const spool = await Spool.open({ folder, maxBytes: 1.6e6 });
    const receive = createMetricsReceiver({ spool });
    // Each point is a row of more than 500 bytes: the first piece of a megabyte would fit, both do not.
    const minute = (at: number, count: number): MetricsRequest => {
      const points = Array.from({ length: count }, (_, k) => {
        const attributes = { ...names, 'ml.field.name': `${k}`.padStart(500, 'x') };
        return { ...point(at, { ...cells, count: at + 10, bucketCounts: [at + 10, 0, 0] }, attributes) };
      });
      const dataPoints = points.map((values) => ({ ...values, startTimeUnixNano: nanos(-20) }));
      return protobuf({ name: 'ml.field.value', histogram: { aggregationTemporality: 2, dataPoints } });
    };
    await receive(minute(-10, 2500));
    await expect(receive(minute(-9, 2500))).rejects.toMatchObject({ code: 'PRUMO_SPOOL_FULL' });
    expect(spool.bytes).toBe(0);
    // The rows since the first point are counted by the next that fits.
    expect(await receive(minute(-8, 1000))).toMatchObject({ accepted: 1000 });
    expect(spool.bytes).toBeGreaterThan(500_000);
  });
});

describe('inflating a body', () => {
  it('takes gzip and plain bodies up to a limit', async () => {
    const body = Buffer.from('\n\nbody');
    expect(await inflateBody(gzipSync(body), 'gzip')).toEqual(body);
    expect(await inflateBody(body, undefined)).toEqual(body);
    await expect(inflateBody(gzipSync(Buffer.alloc(2e6)), 'gzip', 1e6)).rejects.toMatchObject({
      code: 'PRUMO_BODY_TOO_LARGE',
    });
    await expect(inflateBody(body, 'gzip')).rejects.toMatchObject({ code: 'PRUMO_CONTENT_ENCODING_UNKNOWN' });
    await expect(inflateBody(body, 'br')).rejects.toMatchObject({ code: 'PRUMO_CONTENT_ENCODING_UNKNOWN' });
  });
});
