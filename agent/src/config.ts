import { readInteger, refuse, refuseUnknownKeys } from './check-option.ts';
import type { AgentEnvironment } from './environment.ts';
import type { LogListener } from './log.ts';
import { type PredictionConfig, type PredictionOptions, readPredictionOptions } from './prediction-options.ts';

/** Options of `createAgent`. */
export interface AgentOptions {
  /** Base URL of the collector, such as `http://127.0.0.1:4318`; a path is kept, as for a proxy. */
  readonly endpoint: string;
  /** Sent as `Authorization: Bearer`. Default: none is sent. */
  readonly token?: string | undefined;
  /** `deployment.environment.name`. Default `production`. */
  readonly environment?: string | undefined;
  /** `service.name`. Default: `OTEL_SERVICE_NAME`, else `unknown_service:node`. */
  readonly serviceName?: string | undefined;
  /** Length of an interval, counted from the full hour: 1,000 to 3,600,000. Default 60,000. */
  readonly flushIntervalMs?: number | undefined;
  /** Clock of the data, in ms since 1970. With a clock of its own the agent flushes only when told to. Default: real time. */
  readonly now?: (() => Date | number) | undefined;
  /** Encoding of OTLP. Default `protobuf`. */
  readonly protocol?: 'protobuf' | 'json' | undefined;
  /** Most bytes of unsent points, estimated; the oldest are dropped. Default 16 MiB. */
  readonly maxQueueBytes?: number | undefined;
  /** Age in real time at which unsent points are dropped. Default 1 hour. */
  readonly maxQueueAgeMs?: number | undefined;
  /** Time for one export with its quick retries, and for one fetch of layouts. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** How often the layouts of each version are asked for, give or take 20 %. Default 300,000. */
  readonly layoutsIntervalMs?: number | undefined;
  /** What is sent of rows that were given an id; `false`: nothing. Default: all of them, with outputs, without inputs. */
  readonly predictions?: PredictionOptions | false | undefined;
  /** Hears of faults, each kind once until it is over. Default: nobody; counts are in `stats()`. */
  readonly onLog?: LogListener | undefined;
}

/** Options that were checked, with the defaults filled in. */
export interface AgentConfig {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly environment: string;
  readonly serviceName: string;
  readonly flushIntervalMs: number;
  readonly now: (() => Date | number) | undefined;
  readonly protocol: 'protobuf' | 'json';
  readonly maxQueueBytes: number;
  readonly maxQueueAgeMs: number;
  readonly timeoutMs: number;
  readonly layoutsIntervalMs: number;
  /** Undefined: no prediction rows are sent. */
  readonly predictions: PredictionConfig | undefined;
  readonly onLog: LogListener | undefined;
  /** Headers that OpenTelemetry's exporter would take from the environment. */
  readonly foreignHeaders: readonly string[];
}

const HOUR_MS = 3_600_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
const KEYS: Record<keyof AgentOptions, true> = {
  endpoint: true,
  token: true,
  environment: true,
  serviceName: true,
  flushIntervalMs: true,
  now: true,
  protocol: true,
  maxQueueBytes: true,
  maxQueueAgeMs: true,
  timeoutMs: true,
  layoutsIntervalMs: true,
  predictions: true,
  onLog: true,
};

/**
 * Checks the options of `createAgent`.
 *
 * @throws TypeError that names the key, its value and what is allowed.
 */
export function readConfig(options: AgentOptions, environment: AgentEnvironment): AgentConfig {
  if (typeof options !== 'object' || options === null) refuse('options', options, 'an object with an endpoint');
  refuseUnknownKeys('', options, KEYS);
  return {
    endpoint: readEndpoint(options.endpoint),
    token: readToken(options.token),
    environment: readName('environment', options.environment, 'production'),
    serviceName: readName('serviceName', options.serviceName, environment.serviceName ?? 'unknown_service:node'),
    flushIntervalMs: readInteger('flushIntervalMs', options.flushIntervalMs, 60_000, 1000, HOUR_MS),
    now: readFunction('now', options.now),
    protocol: readProtocol(options.protocol),
    maxQueueBytes: readInteger('maxQueueBytes', options.maxQueueBytes, 16 * 2 ** 20, 1, Number.MAX_SAFE_INTEGER),
    maxQueueAgeMs: readInteger('maxQueueAgeMs', options.maxQueueAgeMs, HOUR_MS, 1, Number.MAX_SAFE_INTEGER),
    timeoutMs: readInteger('timeoutMs', options.timeoutMs, 10_000, 1, MAX_TIMER_MS / 2),
    layoutsIntervalMs: readInteger('layoutsIntervalMs', options.layoutsIntervalMs, 300_000, 10, MAX_TIMER_MS / 2),
    predictions: readPredictionOptions(options.predictions),
    onLog: readFunction('onLog', options.onLog),
    foreignHeaders: environment.foreignHeaders,
  };
}

function readEndpoint(value: unknown): string {
  const allowed = 'an http or https URL without user, query or fragment';
  if (typeof value !== 'string' || !URL.canParse(value)) return refuse('endpoint', value, allowed);
  const url = new URL(value);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!/^https?:$/.test(url.protocol) || !isPlain) return refuse('endpoint', url.origin, allowed);
  return url.href.replace(/\/+$/, '');
}

/** The message shows the length alone, as messages end in logs. */
function readToken(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
  const shown = typeof value === 'string' ? `a text of ${value.length} characters` : typeof value;
  return refuse('token', shown, 'visible ASCII characters without blanks');
}

function readName(key: string, value: unknown, fallback: string): string {
  if (value === undefined) return fallback;
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 255) return value;
  return refuse(key, value, 'a text of 1 to 255 characters');
}

function readFunction<F>(key: string, value: F | undefined): F | undefined {
  return value === undefined || typeof value === 'function' ? value : refuse(key, value, 'a function');
}

function readProtocol(value: unknown): 'protobuf' | 'json' {
  if (value === undefined) return 'protobuf';
  return value === 'protobuf' || value === 'json' ? value : refuse('protocol', value, 'protobuf or json');
}
