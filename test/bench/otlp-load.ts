import { keyValues, Request } from '../../collector/test/ingest/otlp-oracle.ts';

/** What one minute of traffic holds. */
export interface LoadShape {
  readonly kind: 'edges' | 'exponential';
  readonly models: number;
  /** Fields per model: each is a point. */
  readonly fields: number;
  /** `service.instance.id`. */
  readonly instance?: string;
}

/** Bounds of a histogram, or buckets of an exponential one. */
const CELLS = 64;
/** Where the times of a point stand in the bytes: numbers that nothing else in them has. */
const START_MARK = 0x7a6b_5c4d_3e2f_1a0bn;
const END_MARK = 0x7a6b_5c4d_3e2f_1a0cn;
const DELTA = 1;

/** Bytes of an OTLP request with a point per field and model, as agents send them; its times are yet to be set by {@link setMinute}. */
export function encodeMinute({ kind, models, fields, instance = 'pod-1' }: LoadShape): Uint8Array {
  const dataPoints = Array.from({ length: models * fields }, (_, k) => ({
    startTimeUnixNano: START_MARK.toString(),
    timeUnixNano: END_MARK.toString(),
    attributes: keyValues({
      'ml.model.name': `model-${Math.floor(k / fields)}`,
      'ml.model.version': '1',
      'ml.field.name': `field_${k % fields}`,
      'ml.field.role': 'input',
      ...(kind === 'edges' ? { 'ml.layout': String(k % fields).padStart(32, '0') } : {}),
    }),
    ...drawHistogram(kind),
  }));
  const data = { aggregationTemporality: DELTA, dataPoints };
  const metric = {
    name: 'ml.field.value',
    ...(kind === 'edges' ? { histogram: data } : { exponentialHistogram: data }),
  };
  const resource = { attributes: keyValues({ 'service.name': 'bench', 'service.instance.id': instance }) };
  const request = { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [metric] }] }] };
  return Request.encode(Request.fromObject(request)).finish();
}

/** A copy of a request whose points are of the minute that begins at `startMs`. */
export function setMinute(request: Uint8Array, startMs: number): Uint8Array {
  const bytes = Buffer.from(request);
  const start = BigInt(startMs) * 1_000_000n;
  replaceAll(bytes, START_MARK, start);
  replaceAll(bytes, END_MARK, start + 60_000_000_000n);
  return bytes;
}

function replaceAll(bytes: Buffer, mark: bigint, value: bigint): void {
  const marked = Buffer.alloc(8);
  marked.writeBigUInt64LE(mark);
  for (let at = bytes.indexOf(marked); at >= 0; at = bytes.indexOf(marked, at + 8)) bytes.writeBigUInt64LE(value, at);
}

function drawHistogram(kind: LoadShape['kind']): object {
  const bucketCounts = Array.from({ length: kind === 'edges' ? CELLS + 1 : CELLS }, drawCount);
  const count = bucketCounts.reduce((total, rows) => total + rows, 0);
  const moments = { count, sum: count * Math.random(), min: -3 - Math.random(), max: 3 + Math.random() };
  if (kind === 'edges') return { ...moments, bucketCounts, explicitBounds: BOUNDS };
  return { ...moments, scale: 4, positive: { offset: -20, bucketCounts } };
}

const BOUNDS = Array.from({ length: CELLS }, (_, i) => (i - (CELLS - 1) / 2) / 10);

function drawCount(): number {
  return Math.floor(Math.random() * 31);
}
