import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Agent as HttpAgent, IncomingMessage } from 'node:http';

/** What the collector answered last, beyond what OpenTelemetry's exporter tells. */
export interface Answer {
  readonly status: number;
  /** Undefined where no `Retry-After` was sent. */
  readonly retryAfterMs: number | undefined;
  readonly isJson: boolean;
  /** The first 64 KiB. */
  readonly body: () => Buffer;
}

const CHANNEL = 'http.client.response.finish';
const MAX_BODY_BYTES = 64 * 1024;
/** A collector may ask for patience, not for silence. */
const MAX_RETRY_AFTER_MS = 600_000;

/**
 * Watches the answers to requests of one HTTP agent, through Node's diagnostics channel: the exporter keeps
 * `Retry-After` and the partial-success answer to itself.
 */
export class ResponseWatcher {
  readonly #agent: HttpAgent;
  #last: Answer | undefined;
  readonly #onMessage = (message: unknown): void => this.#see(message);

  constructor(agent: HttpAgent) {
    this.#agent = agent;
    subscribe(CHANNEL, this.#onMessage);
  }

  /** The newest answer since the last call. */
  take(): Answer | undefined {
    const last = this.#last;
    this.#last = undefined;
    return last;
  }

  close(): void {
    unsubscribe(CHANNEL, this.#onMessage);
  }

  #see(message: unknown): void {
    const { request, response } = message as { request?: { agent?: unknown }; response?: IncomingMessage };
    if (request?.agent !== this.#agent || response === undefined) return;
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    response.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    this.#last = {
      status: response.statusCode ?? 0,
      retryAfterMs: parseRetryAfter(response.headers['retry-after'], Date.now()),
      isJson: response.headers['content-type']?.startsWith('application/json') ?? false,
      body: () => Buffer.concat(chunks),
    };
  }
}

/** Milliseconds of a `Retry-After` header (seconds or a date), 0 to 10 minutes; undefined where it is absent or senseless. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}
