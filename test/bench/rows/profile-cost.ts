import { createNumericAccumulator } from '@prumo/agent/profile';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { atMost, type BenchRow, printed } from '../bench-row.ts';
import { medianNsPerCall } from '../measure.ts';

const ROWS = 1024;
const FIELDS = 30;
const BOUNDS = Array.from({ length: 64 }, (_, i) => (i - 31.5) / 10);

/** Cost of profiling one value in final edges against one `Histogram.record` of the OpenTelemetry SDK with the same bounds. */
export function run(): BenchRow[] {
  const values = Float32Array.from({ length: ROWS * FIELDS }, () => gaussian());
  const accumulators = Array.from({ length: FIELDS }, () =>
    createNumericAccumulator({ kind: 'edges', bounds: BOUNDS }, { elementType: 'float32' }),
  );
  const ours = medianNsPerCall(() => {
    for (let field = 0; field < FIELDS; field++) accumulators[field]!.addColumn(values, field, FIELDS, ROWS);
  }, 20);
  const theirs = medianNsPerCall(recordAll(values), 1);
  const perValue = ROWS * FIELDS;
  return [
    atMost('profile cost per value / OpenTelemetry Histogram.record', ours / theirs, 'ratio', 1 / 200),
    printed('profile cost per value', ours / perValue, 'ns'),
  ];
}

function recordAll(values: Float32Array): () => void {
  const reader = new PeriodicExportingMetricReader({
    exporter: new InMemoryMetricExporter(AggregationTemporality.DELTA),
    exportIntervalMillis: 3_600_000,
  });
  const histogram = new MeterProvider({ readers: [reader] })
    .getMeter('bench')
    .createHistogram('value', { advice: { explicitBucketBoundaries: BOUNDS } });
  const attributes = Array.from({ length: FIELDS }, (_, field) => ({
    'ml.model.name': 'bench',
    'ml.field.name': `field_${field}`,
    'ml.field.role': 'input',
  }));
  return () => {
    for (let i = 0; i < values.length; i++) histogram.record(values[i]!, attributes[i % FIELDS]);
  };
}

function gaussian(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
