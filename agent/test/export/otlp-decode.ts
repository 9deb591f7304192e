import { readMessage, type Schema } from './protobuf-read.ts';

/** A point of an OTLP request, whatever its kind. */
export interface DecodedPoint {
  readonly metric: string;
  readonly kind: 'sum' | 'histogram' | 'exponentialHistogram';
  readonly temporality: number;
  readonly attributes: Record<string, string>;
  /** Nanoseconds since 1970, decimal. */
  readonly start: string;
  readonly end: string;
  readonly value: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly bounds: number[];
  readonly counts: number[];
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { offset: number; bucketCounts: number[] };
  readonly negative: { offset: number; bucketCounts: number[] };
}

export interface DecodedRequest {
  readonly resource: Record<string, string>;
  readonly scope: { name: string; version: string };
  readonly points: DecodedPoint[];
}

/** The part of opentelemetry-proto 1.x (`metrics/v1/metrics.proto`) that the agent sends. */
const ATTRIBUTES = { 1: ['key', 'string'], 2: ['value', { 1: ['stringValue', 'string'] }] } as const satisfies Schema;
const TIMES = { 2: ['startTimeUnixNano', 'fixed64'], 3: ['timeUnixNano', 'fixed64'] } as const satisfies Schema;
const BUCKETS = { 1: ['offset', 'sint'], 2: ['bucketCounts', 'uints'] } as const satisfies Schema;
const NUMBER_POINT: Schema = {
  ...TIMES,
  4: ['asDouble', 'double'],
  6: ['asInt', 'sfixed64'],
  7: ['attributes', ATTRIBUTES, true],
};
const HISTOGRAM_POINT: Schema = {
  ...TIMES,
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['bucketCounts', 'fixed64s'],
  7: ['explicitBounds', 'doubles'],
  9: ['attributes', ATTRIBUTES, true],
  11: ['min', 'double'],
  12: ['max', 'double'],
};
const EXPONENTIAL_POINT: Schema = {
  ...TIMES,
  1: ['attributes', ATTRIBUTES, true],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['scale', 'sint'],
  7: ['zeroCount', 'fixed64'],
  8: ['positive', BUCKETS],
  9: ['negative', BUCKETS],
  12: ['min', 'double'],
  13: ['max', 'double'],
};
const dataOf = (point: Schema): Schema => ({ 1: ['dataPoints', point, true], 2: ['aggregationTemporality', 'uint'] });
const METRIC: Schema = {
  1: ['name', 'string'],
  7: ['sum', dataOf(NUMBER_POINT)],
  9: ['histogram', dataOf(HISTOGRAM_POINT)],
  10: ['exponentialHistogram', dataOf(EXPONENTIAL_POINT)],
};
const SCOPE: Schema = { 1: ['name', 'string'], 2: ['version', 'string'] };
const REQUEST: Schema = {
  1: [
    'resourceMetrics',
    {
      1: ['resource', { 1: ['attributes', ATTRIBUTES, true] }],
      2: ['scopeMetrics', { 1: ['scope', SCOPE], 2: ['metrics', METRIC, true] }, true],
    },
    true,
  ],
};

interface KeyValue {
  key: string;
  value: { stringValue?: string };
}
type WirePoint = Record<string, unknown> & { attributes?: KeyValue[] };
interface WireData {
  dataPoints?: WirePoint[];
  aggregationTemporality?: number;
}
type WireMetric = { name: string } & Partial<Record<DecodedPoint['kind'], WireData>>;
interface WireRequest {
  resourceMetrics?: {
    resource?: { attributes?: KeyValue[] };
    scopeMetrics?: {
      scope: { name: string; version: string };
      metrics?: WireMetric[];
    }[];
  }[];
}

const KINDS = ['sum', 'histogram', 'exponentialHistogram'] as const;

/** Reads an OTLP metrics request, protobuf or JSON. */
export function decodeRequest(body: Uint8Array, isJson: boolean): DecodedRequest {
  const request = (isJson ? JSON.parse(Buffer.from(body).toString()) : readMessage(body, REQUEST)) as WireRequest;
  const [resourceMetrics] = request.resourceMetrics ?? [];
  const [scopeMetrics] = resourceMetrics?.scopeMetrics ?? [];
  const metrics = scopeMetrics?.metrics ?? [];
  return {
    resource: textsOf(resourceMetrics?.resource?.attributes),
    scope: scopeMetrics?.scope ?? { name: '', version: '' },
    points: metrics.flatMap((metric) => KINDS.flatMap((kind) => pointsOf(metric, kind))),
  };
}

function pointsOf(metric: WireMetric, kind: DecodedPoint['kind']): DecodedPoint[] {
  const { dataPoints = [], aggregationTemporality = 0 } = metric[kind] ?? {};
  return dataPoints.map((point) => decodePoint(metric.name, kind, aggregationTemporality, point));
}

function decodePoint(metric: string, kind: DecodedPoint['kind'], temporality: number, point: WirePoint): DecodedPoint {
  const numberOf = (key: string) => Number(point[key] ?? 0);
  const numbersOf = (key: string) => ((point[key] ?? []) as unknown[]).map(Number);
  const bucketsOf = (key: string) => {
    const { offset = 0, bucketCounts = [] } = (point[key] ?? {}) as { offset?: number; bucketCounts?: unknown[] };
    return { offset, bucketCounts: bucketCounts.map(Number) };
  };
  return {
    metric,
    kind,
    temporality,
    attributes: textsOf(point.attributes),
    start: point.startTimeUnixNano as string,
    end: point.timeUnixNano as string,
    value: Number(point.asInt ?? point.asDouble ?? 0),
    count: numberOf('count'),
    sum: numberOf('sum'),
    min: numberOf('min'),
    max: numberOf('max'),
    bounds: numbersOf('explicitBounds'),
    counts: numbersOf('bucketCounts'),
    scale: numberOf('scale'),
    zeroCount: numberOf('zeroCount'),
    positive: bucketsOf('positive'),
    negative: bucketsOf('negative'),
  };
}

function textsOf(attributes: readonly KeyValue[] = []): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(value.stringValue)]));
}
