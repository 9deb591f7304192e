import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config/schema.ts';
import type { ReceiveMetrics } from '../ingest/receive-metrics.ts';
import type { ReceiveRecords } from '../ingest/receive-records.ts';
import type { Registry } from '../registry/registry.ts';
import type { Metrics } from './metrics.ts';
import type { Questions } from './questions.ts';

/** The Fastify instance whose schemas are zod's. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the HTTP interface stands on. */
export interface HttpOptions {
  readonly limits: Config['limits'];
  readonly receiveMetrics: ReceiveMetrics;
  readonly receivePredictions: ReceiveRecords;
  readonly receiveLabels: ReceiveRecords;
  readonly registry: Registry;
  readonly questions: Questions;
  readonly now: () => Date;
  /** Rejects while the collector cannot take or answer anything. */
  readonly assertReady: () => Promise<void>;
  /** Shown at `/metrics`; the interface adds its own. */
  readonly metrics: Metrics;
  /** Default: nothing is logged. */
  readonly logger?: FastifyBaseLogger;
}

/** Who appends to the registry as long as there are no tokens: whoever reaches the loopback address. */
export const LOCAL_ACTOR = 'local';
