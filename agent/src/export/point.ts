import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import {
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type Histogram,
  type MetricDescriptor,
} from '@opentelemetry/sdk-metrics';
import { METRIC } from '../profile/index.ts';

/** A point on its way out: its metric, its data, and an estimate of its size. */
export type Point = { readonly metric: MetricDescriptor; readonly sizeBytes: number } & (
  | { readonly type: DataPointType.SUM; readonly data: DataPoint<number> }
  | { readonly type: DataPointType.HISTOGRAM; readonly data: DataPoint<Histogram> }
  | { readonly type: DataPointType.EXPONENTIAL_HISTOGRAM; readonly data: DataPoint<ExponentialHistogram> }
);

/** Start and end of a point, exact to the nanosecond. */
export interface PointTime {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** The metrics that the agent sends. */
export const DESCRIPTOR = {
  fieldValue: describe(METRIC.fieldValue, '1', 'Values of a numeric field, by cell of its layout'),
  fieldCategory: describe(METRIC.fieldCategory, '{row}', 'Rows per category of a field'),
  fieldMissing: describe(METRIC.fieldMissing, '{row}', 'Rows without a value of a field'),
  fieldInvalid: describe(METRIC.fieldInvalid, '{row}', 'Rows whose value of a field cannot be used'),
  rows: describe(METRIC.inferenceRows, '{row}', 'Rows that a model saw'),
  errors: describe(METRIC.inferenceErrors, '{error}', 'Runs of a model that failed'),
  duration: describe(METRIC.inferenceDuration, 's', 'Time of one run'),
  dropped: describe(METRIC.agentDropped, '{item}', 'What the agent did not profile or send, by reason'),
  overhead: { ...describe(METRIC.agentOverhead, 's', 'Time that the agent itself took'), valueType: ValueType.DOUBLE },
} as const satisfies Record<string, MetricDescriptor>;

function describe(name: string, unit: string, description: string): MetricDescriptor {
  return { name, unit, description, valueType: ValueType.INT };
}

const POINT_BYTES = 64;
const BYTES_PER_CELL = 16;

export function sumPoint(metric: MetricDescriptor, attributes: Attributes, time: PointTime, value: number): Point {
  return { metric, type: DataPointType.SUM, data: { ...time, attributes, value }, sizeBytes: sizeOf(attributes, 1) };
}

export function histogramPoint(
  metric: MetricDescriptor,
  attributes: Attributes,
  time: PointTime,
  value: Histogram,
): Point {
  const sizeBytes = sizeOf(attributes, value.buckets.counts.length);
  return { metric, type: DataPointType.HISTOGRAM, data: { ...time, attributes, value }, sizeBytes };
}

export function exponentialPoint(
  metric: MetricDescriptor,
  attributes: Attributes,
  time: PointTime,
  value: ExponentialHistogram,
): Point {
  const sizeBytes = sizeOf(attributes, value.positive.bucketCounts.length + value.negative.bucketCounts.length);
  return { metric, type: DataPointType.EXPONENTIAL_HISTOGRAM, data: { ...time, attributes, value }, sizeBytes };
}

/** About what a point takes on the wire, uncompressed; in memory it is of the same order. */
function sizeOf(attributes: Attributes, cells: number): number {
  let size = POINT_BYTES + cells * BYTES_PER_CELL;
  for (const key in attributes) size += key.length + String(attributes[key]).length + 8;
  return size;
}
