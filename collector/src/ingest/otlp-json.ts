import { PrumoError } from '../errors/prumo-error.ts';
import { applyAttributes, createAttribute, hashText, MAX_ATTRIBUTES, type Attribute } from './attribute.ts';
import { JsonNode } from './json-node.ts';
import { createPoint, type Point, type PointSource, type Temporality } from './points.ts';
import { createSource } from './source.ts';

const KINDS = [
  ['sum', 'sum'],
  ['histogram', 'edges'],
  ['exponentialHistogram', 'exponential'],
  ['gauge', 'other'],
  ['summary', 'other'],
] as const;

const TEMPORALITIES: Readonly<Record<string, Temporality>> = {
  1: 'delta',
  2: 'cumulative',
  AGGREGATION_TEMPORALITY_DELTA: 'delta',
  AGGREGATION_TEMPORALITY_CUMULATIVE: 'cumulative',
};

const MAX_UINT32 = 0xffff_ffff;

/**
 * The points of an `ExportMetricsServiceRequest` in OTLP/JSON (protobuf's JSON mapping: lowerCamelCase names, 64-bit
 * numbers as text or numbers, enumerations as numbers or names). The same point has the same series as in protobuf.
 *
 * Throws `PRUMO_JSON_MALFORMED`, or `PRUMO_OTLP_MALFORMED` with the path of what is wrong.
 */
export function* decodeOtlpJson(body: Uint8Array): Generator<Point, void, undefined> {
  const root = new JsonNode(parse(body), '');
  if (!root.has('resourceMetrics') && Object.keys(root.value as object).length > 0) {
    throw root.get('resourceMetrics').wrong('a list');
  }
  for (const resourceMetrics of root.get('resourceMetrics').each()) {
    const source = createSource(readAttributes(resourceMetrics.get('resource').get('attributes')));
    for (const scopeMetrics of resourceMetrics.get('scopeMetrics').each()) {
      for (const metric of scopeMetrics.get('metrics').each()) yield* readMetric(metric, source);
    }
  }
}

function parse(body: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    const text = error instanceof Error ? error.message.slice(0, 200) : '';
    throw new PrumoError('PRUMO_JSON_MALFORMED', `The body is not JSON: ${text}`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new JsonNode(value, '').wrong('an object');
}

function* readMetric(metric: JsonNode, source: PointSource): Generator<Point, void, undefined> {
  const name = metric.get('name').text();
  const hash = hashText(`metric\0${name}`);
  for (const [member, kind] of KINDS) {
    if (!metric.has(member)) continue;
    const data = metric.get(member);
    const temporality = TEMPORALITIES[String(data.get('aggregationTemporality').value)] ?? 'unspecified';
    for (const node of data.get('dataPoints').each()) {
      const point = createPoint(source, name, kind, temporality);
      point.seriesHigh = (hash.high ^ source.high) >>> 0;
      point.seriesLow = (hash.low ^ source.low) >>> 0;
      readPoint(node, point);
      yield point;
    }
  }
}

function readPoint(node: JsonNode, point: Point): void {
  point.startNs = node.get('startTimeUnixNano').bigint();
  point.endNs = node.get('timeUnixNano').bigint();
  if (point.kind === 'sum') {
    if (node.has('asInt')) point.sum = node.get('asInt').integer();
    else if (node.has('asDouble')) point.sum = node.get('asDouble').double();
    point.count = Number.isNaN(point.sum) ? 0 : point.sum;
  } else if (point.kind !== 'other') readHistogram(node, point);
  const attributes = readAttributes(node.get('attributes'));
  if (attributes.length > MAX_ATTRIBUTES) point.fault = `it has more than ${MAX_ATTRIBUTES} attributes`;
  applyAttributes(point, attributes, Math.min(attributes.length, MAX_ATTRIBUTES));
}

function readHistogram(node: JsonNode, point: Point): void {
  point.count = node.get('count').integer();
  if (node.has('sum')) point.sum = node.get('sum').double();
  if (node.has('min')) point.min = node.get('min').double();
  if (node.has('max')) point.max = node.get('max').double();
  if (point.kind === 'edges') {
    point.counts = readCounts(node.get('bucketCounts'), point);
    point.bounds = Float64Array.from(node.get('explicitBounds').each(), (bound) => bound.double());
    return;
  }
  point.scale = node.get('scale').integer();
  point.zeroCount = node.get('zeroCount').integer();
  if (node.get('zeroThreshold').double() !== 0) point.fault = 'a zero threshold other than 0 is not taken';
  point.positiveOffset = node.get('positive').get('offset').integer();
  point.counts = readCounts(node.get('positive').get('bucketCounts'), point);
  point.negativeOffset = node.get('negative').get('offset').integer();
  point.negativeCounts = readCounts(node.get('negative').get('bucketCounts'), point);
}

function readCounts(node: JsonNode, point: Point): Uint32Array {
  return Uint32Array.from(node.each(), (bucket) => {
    const count = bucket.integer();
    if (count < 0 || count > MAX_UINT32) point.fault = 'a bucket count is above 4294967295';
    return count;
  });
}

function readAttributes(node: JsonNode): Attribute[] {
  return Array.from(node.each(), (pair) => {
    const [type, text] = readAnyValue(pair.get('value'));
    return createAttribute(pair.get('key').text(), type, text);
  });
}

function readAnyValue(node: JsonNode): readonly [type: string, text: string] {
  if (node.has('stringValue')) return ['string', node.get('stringValue').text()];
  if (node.has('boolValue')) return ['bool', String(node.get('boolValue').value === true)];
  if (node.has('intValue')) return ['int', String(node.get('intValue').bigint())];
  if (node.has('doubleValue')) return ['double', String(node.get('doubleValue').double())];
  return node.value === undefined || node.value === null ? ['none', ''] : ['other', JSON.stringify(node.value)];
}
