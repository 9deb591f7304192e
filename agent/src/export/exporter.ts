import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { setImmediate } from 'node:timers/promises';
import type { AgentConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { RESOURCE } from '../profile/index.ts';
import { type Batch, BatchQueue } from './batch-queue.ts';
import type { DropCounter } from './drop-counter.ts';
import { OtlpSender, type SendResult } from './otlp-sender.ts';
import type { Point } from './point.ts';
import { ProfileProducer } from './profile-producer.ts';
import { RetryClock } from './retry-clock.ts';

/** Reads when it is told to: the agent's own clock decides. */
class FlushReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Turns points into batches, keeps them, and sends them until they arrive or are dropped. Its promises never reject. */
export class Exporter {
  readonly #producer = new ProfileProducer();
  readonly #reader: MetricReader;
  readonly #queue: BatchQueue;
  readonly #sender: OtlpSender;
  readonly #dropped: DropCounter;
  readonly #log: Log;
  #sending: Promise<void> | undefined;
  readonly #retries = new RetryClock(() => void this.send());
  #sentPoints = 0;

  constructor(config: AgentConfig, instanceId: string, dropped: DropCounter, log: Log) {
    this.#reader = new FlushReader({ metricProducers: [this.#producer] });
    new MeterProvider({
      readers: [this.#reader],
      resource: resourceFromAttributes({
        [RESOURCE.serviceName]: config.serviceName,
        [RESOURCE.serviceInstanceId]: instanceId,
        [RESOURCE.environment]: config.environment,
      }),
    });
    this.#queue = new BatchQueue(config.maxQueueBytes, config.maxQueueAgeMs, dropped);
    this.#sender = new OtlpSender(config);
    this.#dropped = dropped;
    this.#log = log;
  }

  /** Puts points into the queue, batch by batch, yielding to the event loop in between. */
  async enqueue(points: readonly Point[]): Promise<void> {
    this.#producer.add(points);
    while (this.#producer.hasMore()) {
      const { resourceMetrics: metrics } = await this.#reader.collect();
      this.#queue.push({ metrics, ...this.#producer.lastBatch, madeAtMs: performance.now() });
      await setImmediate();
    }
  }

  /** Sends what is queued, unless the collector asked for patience; one caller works, the others wait for it. */
  send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#retries.isDue) {
      const batch = this.#queue.peek(performance.now());
      if (batch === undefined) return;
      const result = await this.#sender.send(batch);
      if (!this.#settle(batch, result)) return;
      await setImmediate();
    }
  }

  /** Whether the next batch may be sent. */
  #settle(batch: Batch, result: SendResult): boolean {
    if (result.kind === 'retryable') {
      this.#log.once('export', 'warn', `collector does not take profiles, they are kept: ${result.message}`);
      this.#retries.fail(result.retryAfterMs);
      return false;
    }
    this.#retries.succeed();
    this.#queue.remove(batch);
    if (result.kind === 'rejected') {
      this.#dropped.add('rejected', batch.pointCount);
      this.#log.once('rejected', 'warn', `collector rejects profiles: ${result.message}`);
      return true;
    }
    this.#log.over('export');
    this.#sentPoints += batch.pointCount - result.refusedPoints;
    if (result.refusedPoints > 0) {
      this.#dropped.add('refused', result.refusedPoints);
      this.#log.once('refused', 'warn', `collector refuses some points: ${result.message}`);
    }
    return true;
  }

  stats(): { queuedBatches: number; queuedBytes: number; sentPoints: number } {
    return { queuedBatches: this.#queue.length, queuedBytes: this.#queue.sizeBytes, sentPoints: this.#sentPoints };
  }

  /** Gives up on what is left. */
  close(): void {
    this.#retries.close();
    this.#queue.clear();
    this.#sender.close();
  }
}
