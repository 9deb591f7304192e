import protobuf from 'protobufjs';

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

/** The part of opentelemetry-proto that the agent sends (metrics/v1, Apache-2.0), as protobufjs reads it. */
const { root } = protobuf.parse(`syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message Request { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; }
message Metric { string name = 1; Sum sum = 7; Histogram histogram = 9; Exponential exponential_histogram = 10; }
message Sum { repeated NumberPoint data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message Histogram { repeated HistogramPoint data_points = 1; int32 aggregation_temporality = 2; }
message Exponential { repeated ExponentialPoint data_points = 1; int32 aggregation_temporality = 2; }
message NumberPoint { repeated KeyValue attributes = 7; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; double as_double = 4; sfixed64 as_int = 6; }
message HistogramPoint { repeated KeyValue attributes = 9; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4; double sum = 5; repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7; double min = 11; double max = 12; }
message Buckets { sint32 offset = 1; repeated uint64 bucket_counts = 2; }
message ExponentialPoint { repeated KeyValue attributes = 1; fixed64 start_time_unix_nano = 2; fixed64 time_unix_nano = 3; fixed64 count = 4; double sum = 5; sint32 scale = 6; fixed64 zero_count = 7; Buckets positive = 8; Buckets negative = 9; double min = 12; double max = 13; }
message PartialSuccess { int64 rejected_data_points = 1; string error_message = 2; }
message Answer { PartialSuccess partial_success = 1; }`);

interface KeyValue {
  key: string;
  value: { stringValue?: string };
}
type WirePoint = Record<string, unknown> & { attributes?: KeyValue[] };
interface WireData {
  dataPoints?: WirePoint[];
  aggregationTemporality?: number;
}
interface WireRequest {
  resourceMetrics?: {
    resource?: { attributes?: KeyValue[] };
    scopeMetrics?: {
      scope: { name: string; version: string };
      metrics?: ({ name: string } & Partial<Record<DecodedPoint['kind'], WireData>>)[];
    }[];
  }[];
}

/** Reads an OTLP metrics request, protobuf or JSON. */
export function decodeRequest(body: Uint8Array, isJson: boolean): DecodedRequest {
  const request = (isJson ? JSON.parse(Buffer.from(body).toString()) : decodeProtobuf(body)) as WireRequest;
  const [resourceMetrics] = request.resourceMetrics ?? [];
  const [scopeMetrics] = resourceMetrics?.scopeMetrics ?? [];
  const points: DecodedPoint[] = [];
  for (const metric of scopeMetrics?.metrics ?? []) {
    for (const kind of ['sum', 'histogram', 'exponentialHistogram'] as const) {
      const data = metric[kind];
      for (const point of data?.dataPoints ?? []) {
        points.push(decodePoint(metric.name, kind, data?.aggregationTemporality ?? 0, point));
      }
    }
  }
  return {
    resource: textsOf(resourceMetrics?.resource?.attributes),
    scope: scopeMetrics?.scope ?? { name: '', version: '' },
    points,
  };
}

/** An answer that refuses some points. */
export function encodePartialSuccess(rejectedDataPoints: number, errorMessage: string): Uint8Array {
  const type = root.lookupType('Answer');
  return type.encode(type.fromObject({ partialSuccess: { rejectedDataPoints, errorMessage } })).finish();
}

function decodeProtobuf(body: Uint8Array): unknown {
  const type = root.lookupType('Request');
  return type.toObject(type.decode(body), { longs: String });
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
    start: String(point.startTimeUnixNano as string),
    end: String(point.timeUnixNano as string),
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
