import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OtlpProtobufDecoder } from '../../src/ingest/otlp-protobuf.ts';
import { decodeOtlpJson } from '../../src/ingest/otlp-json.ts';
import type { Point } from '../../src/ingest/points.ts';
import { MalformedProtobuf } from '../../src/ingest/protobuf-reader.ts';
import { segmentText } from '../../src/store/segment-text.ts';
import { encodeRequest, Request } from './otlp-oracle.ts';

/** What protobufjs makes of a data point: 64-bit numbers as text. */
interface OraclePoint {
  startTimeUnixNano: string;
  timeUnixNano: string;
  count?: string;
  sum?: number;
  min?: number;
  max?: number;
  scale?: number;
  zeroCount?: string;
  bucketCounts?: string[];
  explicitBounds?: number[];
  positive?: { offset: number; bucketCounts: string[] } | null;
  negative?: { offset: number; bucketCounts: string[] } | null;
  asInt?: string;
  asDouble?: number;
  attributes: { key: string; value: { stringValue?: string; intValue?: string } }[];
}

const text = fc.string({ maxLength: 20, unit: 'grapheme' });
const count = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff_ffff }));
const counts = fc.array(count, { maxLength: 40 });
const nanos = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
const attributes = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom('ml.model.name', 'ml.field.name', 'ml.segment.b', 'ml.segment.a', 'ml.layout', 'custom'),
      text.map((stringValue) => ({ stringValue })),
    ),
    { selector: ([key]) => key },
  )
  .map((pairs) => pairs.map(([key, value]) => ({ key, value })));
const common = { startTimeUnixNano: nanos, timeUnixNano: nanos, attributes };
const rows = fc.maxSafeNat();
const optional = { sum: fc.double(), min: fc.double(), max: fc.double() };
const edges = fc.record(
  { ...common, count: rows, bucketCounts: counts, explicitBounds: fc.array(fc.double({ noNaN: true })), ...optional },
  { requiredKeys: ['startTimeUnixNano', 'timeUnixNano', 'attributes', 'bucketCounts', 'explicitBounds'] },
);
const buckets = fc.record({ offset: fc.integer(), bucketCounts: counts });
const exponential = fc.record(
  { ...common, count: rows, scale: fc.integer(), zeroCount: rows, positive: buckets, negative: buckets, ...optional },
  { requiredKeys: ['startTimeUnixNano', 'timeUnixNano', 'attributes'] },
);
const number = fc.oneof(
  fc.record({ ...common, asInt: fc.maxSafeInteger() }),
  fc.record({ ...common, asDouble: fc.double({ noNaN: true }) }),
);
const temporality = fc.constantFrom(0, 1, 2);
const name = fc.constantFrom('ml.field.value', 'ml.inference.rows', 'other');
const metric = fc.oneof(
  fc.record({
    name,
    description: text,
    histogram: fc.record({ dataPoints: fc.array(edges, { maxLength: 4 }), aggregationTemporality: temporality }),
  }),
  fc.record({
    name,
    exponentialHistogram: fc.record({
      dataPoints: fc.array(exponential, { maxLength: 4 }),
      aggregationTemporality: temporality,
    }),
  }),
  fc.record({
    name,
    unit: text,
    sum: fc.record({ dataPoints: fc.array(number, { maxLength: 4 }), aggregationTemporality: temporality }),
  }),
);
const request = fc.record({
  resourceMetrics: fc.array(
    fc.record({
      resource: fc.record({
        attributes: fc.constant([{ key: 'service.instance.id', value: { stringValue: 'pod-1' } }]),
      }),
      scopeMetrics: fc.array(fc.record({ schemaUrl: text, metrics: fc.array(metric, { maxLength: 3 }) }), {
        maxLength: 2,
      }),
    }),
    { maxLength: 2 },
  ),
});

const encode = (message: object): Uint8Array => Request.encode(Request.fromObject(message)).finish();

/** The points that the oracle reads, in the shape in which ours are compared. */
function oraclePoints(bytes: Uint8Array): unknown[] {
  const message = Request.toObject(Request.decode(bytes), { longs: String, arrays: true }) as {
    resourceMetrics: { scopeMetrics: { metrics: Record<string, unknown>[] }[] }[];
  };
  const metrics = message.resourceMetrics.flatMap((it) => it.scopeMetrics.flatMap((scope) => scope.metrics));
  return metrics.flatMap((it) => {
    const [member, kind] = it['histogram']
      ? (['histogram', 'edges'] as const)
      : it['sum']
        ? (['sum', 'sum'] as const)
        : (['exponentialHistogram', 'exponential'] as const);
    const data = it[member] as { dataPoints: OraclePoint[]; aggregationTemporality?: number } | undefined;
    return (data?.dataPoints ?? []).map((point) => {
      const temporality = ['unspecified', 'delta', 'cumulative'][data?.aggregationTemporality ?? 0];
      return { metric: it['name'], kind, temporality, ...numbersOf(kind, point), ...namesOf(point) };
    });
  });
}

const countsOf = (list: readonly string[] | undefined): number[] => (list ?? []).map(Number);

function bucketsOf(point: OraclePoint): object {
  return {
    scale: point.scale ?? 0,
    zeroCount: Number(point.zeroCount ?? 0),
    positiveOffset: point.positive?.offset ?? 0,
    negativeOffset: point.negative?.offset ?? 0,
    negativeCounts: countsOf(point.negative?.bucketCounts),
  };
}

function numbersOf(kind: Point['kind'], point: OraclePoint): object {
  const value = point.asInt === undefined ? point.asDouble : Number(point.asInt);
  return {
    startNs: BigInt(point.startTimeUnixNano),
    endNs: BigInt(point.timeUnixNano),
    count: kind === 'sum' ? value : Number(point.count ?? 0),
    sum: kind === 'sum' ? value : (point.sum ?? NaN),
    min: point.min ?? Infinity,
    max: point.max ?? -Infinity,
    counts: countsOf(point.positive?.bucketCounts ?? point.bucketCounts),
    bounds: point.explicitBounds ?? [],
    ...bucketsOf(point),
  };
}

function namesOf(point: OraclePoint): object {
  const values = new Map(point.attributes.map(({ key, value }) => [key, value.stringValue ?? '']));
  const segment: Record<string, string> = {};
  for (const key of ['a', 'b'])
    if (values.has(`ml.segment.${key}`)) segment[key] = values.get(`ml.segment.${key}`) ?? '';
  return {
    model: values.get('ml.model.name') ?? '',
    field: values.get('ml.field.name') ?? '',
    layout: values.get('ml.layout') ?? '',
    segment: segmentText(segment),
  };
}

function comparable(point: Point): unknown {
  const { metric, kind, temporality, startNs, endNs, count, sum, min, max, scale, zeroCount } = point;
  const { positiveOffset, negativeOffset, model, field, layout, segment } = point;
  const lists = {
    counts: [...point.counts],
    bounds: [...point.bounds],
    negativeCounts: [...point.negativeCounts],
  };
  const numbers = { startNs, endNs, count, sum, min, max, scale, zeroCount, positiveOffset, negativeOffset };
  return { metric, kind, temporality, ...numbers, ...lists, model, field, layout, segment };
}

describe('decoding OTLP protobuf', () => {
  it('reads what protobufjs reads, on random messages, with tables kept between them', () => {
    const decoder = new OtlpProtobufDecoder();
    fc.assert(
      fc.property(request, (message) => {
        const bytes = encode(message);
        expect([...decoder.decode(bytes)].map(comparable)).toEqual(oraclePoints(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('ends damaged messages with MalformedProtobuf or with points, never otherwise', () => {
    const decoder = new OtlpProtobufDecoder();
    const damage = fc.tuple(request, fc.nat(), fc.nat(255), fc.boolean());
    fc.assert(
      fc.property(damage, ([message, at, byte, cuts]) => {
        const bytes = Uint8Array.from(encode(message));
        if (bytes.length === 0) return;
        bytes[at % bytes.length] = byte;
        try {
          for (const point of decoder.decode(cuts ? bytes.subarray(0, at % bytes.length) : bytes))
            expect(point).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedProtobuf);
        }
      }),
      { numRuns: 2000 },
    );
    const good = encodeRequest({ 'service.instance.id': 'a' }, [
      { name: 'm', histogram: { dataPoints: [{ startTimeUnixNano: 1, timeUnixNano: 2, bucketCounts: [1, 2] }] } },
    ]);
    expect([...decoder.decode(good)].map((point) => [...point.counts])).toEqual([[1, 2]]);
  });

  it('reads repeated numbers that are not packed, in many pieces, in time linear in their number', () => {
    // HistogramDataPoint with 200,000 unpacked bucket_counts (tag 0x31) and as many unpacked bounds (tag 0x39).
    const pieces = 200_000;
    const point = Buffer.alloc(pieces * 18);
    for (let index = 0; index < pieces; index++) {
      point[index * 18] = 0x31;
      point.writeBigUInt64LE(BigInt(index), index * 18 + 1);
      point[index * 18 + 9] = 0x39;
      point.writeDoubleLE(index, index * 18 + 10);
    }
    const wrap = (field: number, inner: Uint8Array): Buffer => {
      const length: number[] = [];
      let rest = inner.length;
      for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
      return Buffer.concat([Buffer.from([(field << 3) | 2, ...length, rest]), inner]);
    };
    const body = wrap(1, wrap(2, wrap(2, wrap(9, wrap(1, point)))));
    const [decoded] = [...new OtlpProtobufDecoder().decode(body)];
    expect(decoded?.counts.length).toBe(pieces);
    expect(decoded?.counts[pieces - 1]).toBe(pieces - 1);
    expect(decoded?.bounds[pieces - 1]).toBe(pieces - 1);
  });

  it('refuses a bucket count above 32 bits instead of cutting it', () => {
    const points = [{ startTimeUnixNano: 1, timeUnixNano: 2, bucketCounts: [1, 2 ** 32] }];
    const exponentialPoints = [{ startTimeUnixNano: 1, timeUnixNano: 2, positive: { bucketCounts: [2 ** 40] } }];
    const body = encodeRequest({}, [
      { name: 'm', histogram: { dataPoints: points } },
      { name: 'm', exponentialHistogram: { dataPoints: exponentialPoints } },
    ]);
    const faults = [...new OtlpProtobufDecoder().decode(body)].map((point) => point.fault);
    expect(faults).toEqual(['a bucket count is above 4294967295', 'a bucket count is above 4294967295']);
  });

  it('gives a series one hash whatever the order of attributes and the encoding, and another for another value', () => {
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const body = (attributes: object[]) => {
      const dataPoints = [{ startTimeUnixNano: '5', timeUnixNano: '6', asInt: '1', attributes }];
      const metrics = [{ name: 'ml.inference.rows', sum: { dataPoints } }];
      return {
        resourceMetrics: [{ resource: { attributes: [attribute('service.name', 's')] }, scopeMetrics: [{ metrics }] }],
      };
    };
    const a = body([attribute('x', '1'), attribute('y', '2')]);
    const b = body([attribute('y', '2'), attribute('x', '1')]);
    const c = body([attribute('y', '1'), attribute('x', '2')]);
    const decoder = new OtlpProtobufDecoder();
    const series = (points: Iterable<Point>) => Array.from(points, (point) => [point.seriesHigh, point.seriesLow])[0];
    const first = series(decoder.decode(encode(a)));
    expect(series(decoder.decode(encode(b)))).toEqual(first);
    expect(series(decodeOtlpJson(Buffer.from(JSON.stringify(b))))).toEqual(first);
    expect(series(decoder.decode(encode(c)))).not.toEqual(first);
  });
});
