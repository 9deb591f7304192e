import { applyAttributes, hashText, MAX_ATTRIBUTES, type Attribute } from './attribute.ts';
import { AttributeTable } from './attribute-table.ts';
import { bytesField, fixed64Field, PointDecoder, varintField } from './point-decoder.ts';
import { createPoint, type Point, type PointSource, type Temporality } from './points.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { createSource } from './source.ts';

/** Fields of `Metric` that hold points, and the field of the attributes in their points. */
const DATA = {
  [bytesField(5)]: { kind: 'other', attributes: 7 },
  [bytesField(7)]: { kind: 'sum', attributes: 7 },
  [bytesField(9)]: { kind: 'edges', attributes: 9 },
  [bytesField(10)]: { kind: 'exponential', attributes: 1 },
  [bytesField(11)]: { kind: 'other', attributes: 7 },
} as const satisfies Record<number, { kind: Point['kind']; attributes: number }>;

const TEMPORALITIES: readonly Temporality[] = ['unspecified', 'delta', 'cumulative'];

/**
 * Decodes `ExportMetricsServiceRequest` (opentelemetry-proto 1.x, metrics.proto) in place.
 *
 * Keeps tables of attributes and bounds over requests, for agents send the same ones each minute. Fields may come in any
 * order; unknown ones are passed over. Timestamps are exact.
 */
export class OtlpProtobufDecoder {
  private readonly attributes = new AttributeTable();
  private readonly points = new PointDecoder();
  private readonly seriesOfMetric = new Map<string, { high: number; low: number }>();
  private readonly scratch: Attribute[] = [];

  /** The points of a request, one by one, so that a long request can be decoded in steps. Throws `MalformedProtobuf`. */
  *decode(body: Uint8Array): Generator<Point, void, undefined> {
    const reader = new ProtobufReader(body);
    this.points.clear();
    while (reader.more()) {
      const tag = reader.tag();
      if (tag !== bytesField(1)) {
        reader.skip(tag);
        continue;
      }
      const outer = reader.enter();
      const start = reader.position;
      const source = this.readSource(reader, body);
      reader.position = start;
      yield* this.decodeScopes(reader, body, source);
      reader.leave(outer);
    }
  }

  /** `ResourceMetrics`: its resource, wherever it stands. */
  private readSource(reader: ProtobufReader, body: Uint8Array): PointSource {
    const attributes: Attribute[] = [];
    while (reader.more()) {
      const tag = reader.tag();
      if (tag !== bytesField(1)) {
        reader.skip(tag);
        continue;
      }
      const outer = reader.enter();
      while (reader.more()) {
        const inner = reader.tag();
        if (inner === bytesField(1)) attributes.push(this.readAttribute(reader, body));
        else reader.skip(inner);
      }
      reader.leave(outer);
    }
    return createSource(attributes);
  }

  private *decodeScopes(
    reader: ProtobufReader,
    body: Uint8Array,
    source: PointSource,
  ): Generator<Point, void, undefined> {
    while (reader.more()) {
      const tag = reader.tag();
      if (tag !== bytesField(2)) {
        reader.skip(tag);
        continue;
      }
      const outer = reader.enter();
      while (reader.more()) {
        const inner = reader.tag();
        if (inner === bytesField(2)) yield* this.decodeMetric(reader, body, source);
        else reader.skip(inner);
      }
      reader.leave(outer);
    }
  }

  private *decodeMetric(
    reader: ProtobufReader,
    body: Uint8Array,
    source: PointSource,
  ): Generator<Point, void, undefined> {
    const outer = reader.enter();
    const start = reader.position;
    const name = readMetricName(reader);
    const series = this.seriesOf(source, name);
    reader.position = start;
    while (reader.more()) {
      const tag = reader.tag();
      const data = (DATA as Readonly<Record<number, (typeof DATA)[keyof typeof DATA]>>)[tag];
      if (data === undefined) {
        reader.skip(tag);
        continue;
      }
      const end = reader.enter();
      const first = reader.position;
      const temporality = readTemporality(reader);
      reader.position = first;
      while (reader.more()) {
        const inner = reader.tag();
        if (inner !== bytesField(1)) {
          reader.skip(inner);
          continue;
        }
        const point = createPoint(source, name, data.kind, temporality);
        point.seriesHigh = series.high;
        point.seriesLow = series.low;
        this.decodePoint(reader, body, point, bytesField(data.attributes));
        yield point;
      }
      reader.leave(end);
    }
    reader.leave(outer);
  }

  private decodePoint(reader: ProtobufReader, body: Uint8Array, point: Point, attributesTag: number): void {
    const outer = reader.enter();
    const { scratch } = this;
    let attributes = 0;
    while (reader.more()) {
      const tag = reader.tag();
      if (tag === attributesTag) {
        const attribute = this.readAttribute(reader, body);
        if (attributes < MAX_ATTRIBUTES) scratch[attributes++] = attribute;
        else point.fault = `it has more than ${MAX_ATTRIBUTES} attributes`;
      } else if (tag === fixed64Field(2)) point.startNs = reader.bigFixed64();
      else if (tag === fixed64Field(3)) point.endNs = reader.bigFixed64();
      else this.points.readField(reader, point, tag);
    }
    reader.leave(outer);
    this.points.finish(reader, point);
    applyAttributes(point, scratch, attributes);
  }

  private readAttribute(reader: ProtobufReader, body: Uint8Array): Attribute {
    const length = reader.length();
    const start = reader.position;
    reader.position = start + length;
    return this.attributes.read(body, start, reader.position);
  }

  private seriesOf(source: PointSource, name: string): { high: number; low: number } {
    let hash = this.seriesOfMetric.get(name);
    if (hash === undefined) {
      hash = hashText(`metric\0${name}`);
      if (this.seriesOfMetric.size < 1000) this.seriesOfMetric.set(name, hash);
    }
    return { high: (hash.high ^ source.high) >>> 0, low: (hash.low ^ source.low) >>> 0 };
  }
}

function readMetricName(reader: ProtobufReader): string {
  let name = '';
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === bytesField(1)) name = reader.string();
    else reader.skip(tag);
  }
  return name;
}

function readTemporality(reader: ProtobufReader): Temporality {
  let temporality: Temporality = 'unspecified';
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === varintField(2)) temporality = TEMPORALITIES[reader.uint64()] ?? 'unspecified';
    else reader.skip(tag);
  }
  return temporality;
}
