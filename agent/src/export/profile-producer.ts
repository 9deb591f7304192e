import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { emptyResource } from '@opentelemetry/resources';
import { SCOPE } from '../profile/index.ts';
import type { Point } from './point.ts';

/** One batch is serialized at once: about 50 histograms with 64 edges, well under 2 ms. */
const MAX_BATCH_BYTES = 64 * 1024;

/** Hands points to a metric reader, a batch at each `collect`, so that no step blocks the event loop for long. */
export class ProfileProducer implements MetricProducer {
  #waiting: Point[] = [];
  #next = 0;
  #lastBatch = { pointCount: 0, sizeBytes: 0 };

  add(points: readonly Point[]): void {
    for (const point of points) this.#waiting.push(point);
  }

  hasMore(): boolean {
    return this.#next < this.#waiting.length;
  }

  /** Number and estimated size of the points that the last `collect` gave. */
  get lastBatch(): { readonly pointCount: number; readonly sizeBytes: number } {
    return this.#lastBatch;
  }

  collect(): Promise<CollectionResult> {
    const scopeMetrics = [{ scope: SCOPE, metrics: this.#takeBatch() }];
    return Promise.resolve({ resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] });
  }

  #takeBatch(): MetricData[] {
    const metrics = new Map<string, MetricData>();
    const first = this.#next;
    let sizeBytes = 0;
    while (this.hasMore()) {
      const point = this.#waiting[this.#next]!;
      if (this.#next > first && sizeBytes + point.sizeBytes > MAX_BATCH_BYTES) break;
      sizeBytes += point.sizeBytes;
      this.#next++;
      addTo(metrics, point);
    }
    this.#lastBatch = { pointCount: this.#next - first, sizeBytes };
    if (!this.hasMore()) {
      this.#waiting = [];
      this.#next = 0;
    }
    return [...metrics.values()];
  }
}

function addTo(metrics: Map<string, MetricData>, point: Point): void {
  const key = `${point.type} ${point.metric.name}`;
  const metric = metrics.get(key);
  if (metric !== undefined) (metric.dataPoints as unknown[]).push(point.data);
  else metrics.set(key, metricOf(point));
}

function metricOf(point: Point): MetricData {
  const base = { descriptor: point.metric, aggregationTemporality: AggregationTemporality.DELTA };
  switch (point.type) {
    case DataPointType.SUM:
      return { ...base, dataPointType: point.type, isMonotonic: true, dataPoints: [point.data] };
    case DataPointType.HISTOGRAM:
      return { ...base, dataPointType: point.type, dataPoints: [point.data] };
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return { ...base, dataPointType: point.type, dataPoints: [point.data] };
  }
}
