import { context, createContextKey } from '@opentelemetry/api';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as JsonExporter,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AgentConfig } from '../config.ts';
import { messageOf } from '../log.ts';
import type { Batch } from './batch-queue.ts';
import { readPartialSuccess } from './partial-success.ts';
import { ResponseWatcher } from './response-watcher.ts';

/** How sending a batch went. */
export type SendResult =
  | { readonly kind: 'accepted'; readonly refusedPoints: number; readonly message: string }
  /** Might pass later: 408, 429, 5xx, no or no sensible answer. */
  | { readonly kind: 'retryable'; readonly retryAfterMs: number | undefined; readonly message: string }
  | { readonly kind: 'rejected'; readonly message: string };

type ExportResultCode = Parameters<Parameters<ProtobufExporter['export']>[1]>[0]['code'];
type ExporterConfig = NonNullable<ConstructorParameters<typeof ProtobufExporter>[0]>;

/** The mark by which OpenTelemetry's instrumentations leave a call out of traces. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
/** `ExportResultCode.SUCCESS` */
const SUCCESS = 0 as ExportResultCode;
/** What a collector that answers byte by byte gets beyond the exporter's own timeout. */
const GRACE_MS = 500;

/** Runs a call that the host's traces shall not show. */
export function untraced<T>(call: () => T): T {
  return context.with(context.active().setValue(SUPPRESS_TRACING, true), call);
}

/** Sends batches one at a time with OpenTelemetry's exporter, and tells what became of each. It never rejects. */
export class OtlpSender {
  readonly #httpAgent: HttpAgent | HttpsAgent;
  readonly #exporter: ProtobufExporter | JsonExporter;
  readonly #responses: ResponseWatcher;
  readonly #deadlineMs: number;

  constructor(config: AgentConfig) {
    const httpAgent = config.endpoint.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true })
      : new HttpAgent({ keepAlive: true });
    const options: ExporterConfig = {
      url: `${config.endpoint}/v1/metrics`,
      headers: headersOf(config),
      compression: 'gzip' as NonNullable<ExporterConfig['compression']>,
      timeoutMillis: config.timeoutMs,
      temporalityPreference: AggregationTemporalityPreference.DELTA,
      httpAgentOptions: () => httpAgent,
    };
    this.#httpAgent = httpAgent;
    this.#exporter = config.protocol === 'json' ? new JsonExporter(options) : new ProtobufExporter(options);
    this.#responses = new ResponseWatcher(httpAgent);
    this.#deadlineMs = config.timeoutMs + GRACE_MS;
  }

  async send(batch: Batch): Promise<SendResult> {
    this.#responses.take();
    const error = await this.#export(batch);
    const answer = this.#responses.take();
    if (error === undefined) {
      const partial = answer && readPartialSuccess(answer.body(), answer.isJson, batch.pointCount);
      return { kind: 'accepted', refusedPoints: partial?.rejectedPoints ?? 0, message: partial?.message ?? '' };
    }
    const status = answer?.status ?? 0;
    const message = status >= 300 ? `status ${status}` : messageOf(error);
    if (status >= 300 && !isRetryable(status)) return { kind: 'rejected', message };
    return { kind: 'retryable', retryAfterMs: answer?.retryAfterMs, message };
  }

  close(): void {
    this.#responses.close();
    this.#httpAgent.destroy();
  }

  /** The error of an export, or undefined. After the deadline the connections are cut: the exporter's own limit is on silence. */
  #export(batch: Batch): Promise<unknown> {
    return new Promise((resolve) => {
      const deadline = setTimeout(() => {
        resolve(new Error('no complete answer in time'));
        this.#httpAgent.destroy();
      }, this.#deadlineMs);
      deadline.unref();
      const done = (error: unknown): void => {
        clearTimeout(deadline);
        resolve(error);
      };
      try {
        untraced(() =>
          this.#exporter.export(batch.metrics, (result) =>
            done(result.code === SUCCESS ? undefined : (result.error ?? new Error('export failed'))),
          ),
        );
      } catch (error) {
        done(error);
      }
    });
  }
}

/** The exporter adds headers of the environment, meant for another receiver: they are blanked, as none can be left out. */
function headersOf({ token, foreignHeaders }: AgentConfig): Record<string, string> {
  const headers = Object.fromEntries(foreignHeaders.map((name) => [name, '']));
  return token === undefined ? headers : { ...headers, Authorization: `Bearer ${token}` };
}

/** Whether the same request might pass later. */
export function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
