import {
  ATTRIBUTE,
  METRIC,
  RESOURCE,
  SCOPE,
  SEGMENT_PREFIX,
  type NumericProfile,
  type Profile,
} from '@prumo/agent/profile';
import type { LayoutsAnswer } from '../api/layouts.ts';
import type { WindowProfiles } from './backfill.ts';

/** Who sends, and of which model. */
export interface ExportSource {
  readonly model: string;
  readonly version: string;
  readonly sha256: string | null;
  /** The same for the same rows, so that a repeated backfill replaces itself. */
  readonly instance: string;
  readonly environment: string;
}

/** One request. */
export interface MetricsRequest {
  /** JSON text. */
  readonly body: string;
  readonly points: number;
}

/** Requests are cut at about this many characters of JSON, before compression. */
const REQUEST_CHARACTERS = 4_000_000;

/**
 * OTLP/JSON requests (`ExportMetricsServiceRequest`, delta temporality) for the windows of one day: values and categories,
 * missing and invalid rows of each field, and the rows of each window.
 */
export function* encodeMetrics(
  windows: readonly WindowProfiles[],
  fields: LayoutsAnswer['fields'],
  source: ExportSource,
): Generator<MetricsRequest> {
  let metrics = new Map<string, string[]>();
  let size = 0;
  let count = 0;
  for (const window of windows) {
    for (const [metric, point] of windowPoints(window, fields, source)) {
      const points = metrics.get(metric) ?? [];
      metrics.set(metric, points);
      points.push(point);
      count++;
      size += point.length;
      if (size < REQUEST_CHARACTERS) continue;
      yield { body: encodeRequest(metrics, source), points: count };
      metrics = new Map();
      size = 0;
      count = 0;
    }
  }
  if (size > 0) yield { body: encodeRequest(metrics, source), points: count };
}

/** Points as JSON texts, each with the kind and name of its metric. */
function* windowPoints(
  window: WindowProfiles,
  fields: LayoutsAnswer['fields'],
  source: ExportSource,
): Generator<readonly [metric: string, point: string]> {
  const times = {
    startTimeUnixNano: nanoseconds(window.startMs),
    timeUnixNano: nanoseconds(window.endMs),
  };
  const shared = {
    [ATTRIBUTE.modelName]: source.model,
    [ATTRIBUTE.modelVersion]: source.version,
    ...(source.sha256 === null ? {} : { [ATTRIBUTE.modelSha256]: source.sha256 }),
    ...Object.fromEntries(Object.entries(window.segment).map(([key, value]) => [SEGMENT_PREFIX + key, value])),
  };
  const sum = (metric: string, count: number, attributes: object): readonly [string, string] => [
    `sum ${metric}`,
    JSON.stringify({ ...times, asInt: String(count), attributes: encodeAttributes({ ...shared, ...attributes }) }),
  ];
  yield sum(METRIC.inferenceRows, window.rows, {});
  for (const { field, profile, predicted } of profilesOf(window, fields)) {
    const own = {
      [ATTRIBUTE.fieldName]: field.name,
      [ATTRIBUTE.fieldRole]: field.role,
      ...(predicted === '' ? {} : { [ATTRIBUTE.predictionLabel]: predicted }),
    };
    if (profile.missing > 0) yield sum(METRIC.fieldMissing, profile.missing, own);
    if (profile.invalid > 0) yield sum(METRIC.fieldInvalid, profile.invalid, own);
    if (profile.kind === 'categorical') {
      for (const [category, count] of profile.counts) {
        yield sum(METRIC.fieldCategory, count, { ...own, [ATTRIBUTE.fieldCategory]: category });
      }
    } else if (profile.moments.count > 0) {
      const layout = field.layout?.kind === 'edges' ? { [ATTRIBUTE.layout]: field.layout.hash } : {};
      const attributes = encodeAttributes({ ...shared, ...own, ...layout });
      yield [kindOf(profile), JSON.stringify({ ...times, ...encodeNumeric(profile), attributes })];
    }
  }
}

interface SentProfile {
  readonly field: LayoutsAnswer['fields'][number];
  readonly profile: Profile;
  /** Class that was predicted for the rows, or empty. */
  readonly predicted: string;
}

function* profilesOf({ profiles, byClass }: WindowProfiles, fields: LayoutsAnswer['fields']): Generator<SentProfile> {
  for (const [predicted, own] of [['', profiles] as const, ...byClass]) {
    for (const [i, field] of fields.entries()) {
      const profile = own[i];
      if (profile !== undefined) yield { field, profile, predicted };
    }
  }
}

function kindOf({ histogram }: NumericProfile): string {
  return `${'scale' in histogram ? 'exponentialHistogram' : 'histogram'} ${METRIC.fieldValue}`;
}

function encodeNumeric({ moments, histogram }: NumericProfile): object {
  const { count, sum, min, max } = moments;
  const shared = { count: String(count), sum, min, max };
  if (!('scale' in histogram)) {
    return { ...shared, explicitBounds: histogram.layout.bounds, bucketCounts: Array.from(histogram.counts, String) };
  }
  const [positive, negative] = [histogram.positive, histogram.negative].map(({ offset, counts }) => {
    return { offset, bucketCounts: Array.from(counts, String) };
  });
  return { ...shared, scale: histogram.scale, zeroCount: String(histogram.zeroCount), positive, negative };
}

function encodeRequest(metrics: ReadonlyMap<string, readonly string[]>, source: ExportSource): string {
  const encoded = [...metrics].map(([kindAndName, points]) => {
    const [kind = '', name = ''] = kindAndName.split(' ');
    const monotonic = kind === 'sum' ? ',"isMonotonic":true' : '';
    return `{"name":${JSON.stringify(name)},"${kind}":{"aggregationTemporality":1${monotonic},"dataPoints":[${points.join(',')}]}}`;
  });
  const resource = encodeAttributes({
    [RESOURCE.serviceName]: 'prumo-backfill',
    [RESOURCE.serviceInstanceId]: source.instance,
    [RESOURCE.environment]: source.environment,
  });
  const scope = `"scope":${JSON.stringify(SCOPE)},"metrics":[${encoded.join(',')}]`;
  return `{"resourceMetrics":[{"resource":{"attributes":${JSON.stringify(resource)}},"scopeMetrics":[{${scope}}]}]}`;
}

function encodeAttributes(attributes: Readonly<Record<string, string>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } }));
}

function nanoseconds(timeMs: number): string {
  return String(BigInt(Math.round(timeMs)) * 1_000_000n);
}
