import { type DataPoint, type ExponentialHistogram as SdkHistogram } from '@opentelemetry/sdk-metrics';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';
import { createNumericAccumulator, type ExponentialHistogram } from '../../src/profile/index.ts';

/** What OpenTelemetry's own SDK makes of the values. A gauge, as its histogram instrument refuses negative values. */
async function sdkHistogram(values: readonly number[], maxSize: number): Promise<DataPoint<SdkHistogram>['value']> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const aggregation = {
    type: AggregationType.EXPONENTIAL_HISTOGRAM,
    options: { maxSize, recordMinMax: true },
  } as const;
  const provider = new MeterProvider({ readers: [reader], views: [{ instrumentName: '*', aggregation }] });
  const gauge = provider.getMeter('test').createGauge('values');
  for (const value of values) gauge.record(value);
  await provider.forceFlush();
  const point = exporter.getMetrics()[0]!.scopeMetrics[0]!.metrics[0]!.dataPoints[0]!.value as SdkHistogram;
  await provider.shutdown();
  return point;
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = makeRandom(7);
const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

const SAMPLES: readonly (readonly [string, readonly number[]])[] = [
  ['one value', [3.7]],
  ['powers of two', draw(300, () => 2 ** Math.floor(random() * 60 - 30))],
  ['a narrow range', draw(1000, () => 1000 + random())],
  ['a wide range', draw(1000, () => Math.exp(random() * 40 - 20))],
  ['signed values', draw(1000, () => (random() - 0.5) * 100)],
  ['both signs of different ranges', draw(1000, () => (random() < 0.5 ? -1 - random() : Math.exp(random() * 100)))],
  ['zeros too', draw(1000, () => (random() < 0.3 ? 0 : random()))],
  [
    'the whole range of normal numbers',
    [2 ** -1022, ...draw(500, () => 2 ** (random() * 2040 - 1020)), Number.MAX_VALUE],
  ],
  ['growing values', draw(1000, () => 1).map((_, i) => 1.01 ** i)],
];

describe.each(SAMPLES)('exponential buckets of %s', (_, values) => {
  it.each([160, 20, 4])('are those of the OpenTelemetry SDK, at most %i', async (maxBuckets) => {
    const expected = await sdkHistogram(values, maxBuckets);
    const accumulator = createNumericAccumulator({ kind: 'exponential', maxBuckets, maxScale: 20 });
    accumulator.addColumn(Float64Array.from(values), 0, 1, values.length);
    const { moments, histogram } = accumulator.snapshot();
    const { scale, zeroCount, positive, negative } = histogram as ExponentialHistogram;
    const plain = (buckets: { offset: number; counts: Float64Array }) => ({
      offset: buckets.offset,
      bucketCounts: [...buckets.counts],
    });
    expect({ scale, zeroCount, positive: plain(positive), negative: plain(negative) }).toEqual({
      scale: expected.scale,
      zeroCount: expected.zeroCount,
      positive: expected.positive,
      negative: expected.negative,
    });
    expect([moments.count, moments.min, moments.max]).toEqual([expected.count, expected.min, expected.max]);
  });
});
