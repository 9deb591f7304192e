import { z } from 'zod';
import { durationSchema, formatDuration } from '../api/duration.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** What a configuration that says nothing means. */
export const DEFAULTS = {
  data: './prumo-data',
  host: '127.0.0.1',
  port: 4318,
  limits: {
    maxBodyBytes: 16 * MIB,
    maxDecompressedBytes: 64 * MIB,
    maxBaselineBytes: 256 * MIB,
    maxOnnxBytes: GIB,
    maxSeriesPerRequest: 100_000,
  },
  spool: { maxBytes: 2 * GIB, segmentBytes: 64 * MIB },
  jobs: { intervalMs: 60_000, quietMs: 15_000 },
  log: { level: 'info' },
} as const;

const bytes = (description: string, fallback: number) => z.int().min(1024).default(fallback).describe(description);
const count = (description: string, fallback: number) => z.int().min(1).default(fallback).describe(description);

/** A number of milliseconds, or a duration such as `5m`. */
const milliseconds = (description: string, fallback: number) =>
  z.union([z.int().positive(), durationSchema]).default(fallback).describe(description);

const limits = z.strictObject({
  maxBodyBytes: bytes('Largest body of a request, as sent', DEFAULTS.limits.maxBodyBytes),
  maxDecompressedBytes: bytes('Largest body of a request after decompression', DEFAULTS.limits.maxDecompressedBytes),
  maxBaselineBytes: bytes('Largest baseline', DEFAULTS.limits.maxBaselineBytes),
  maxOnnxBytes: bytes('Largest ONNX file', DEFAULTS.limits.maxOnnxBytes),
  maxSeriesPerRequest: count('Most series in one request of telemetry', DEFAULTS.limits.maxSeriesPerRequest),
});

const spool = z.strictObject({
  maxBytes: bytes('Most bytes that wait for the store; beyond it telemetry is answered 429', DEFAULTS.spool.maxBytes),
  segmentBytes: bytes('Size at which a segment is closed and stored', DEFAULTS.spool.segmentBytes),
});

const jobs = z.strictObject({
  intervalMs: milliseconds('Time between two runs of roll-up and judging', DEFAULTS.jobs.intervalMs),
  quietMs: milliseconds(
    'Time without new rows after which a window of the past is judged at once',
    DEFAULTS.jobs.quietMs,
  ),
});

/** Address of a ClickHouse server. */
const clickhouseUrl = z.url({ protocol: /^https?$/, error: 'an http or https address is expected' });

const clickhouse = z.strictObject({
  url: clickhouseUrl
    .optional()
    .describe('ClickHouse server, as http://user:password@host:8123; without it the engine runs inside the collector'),
  cluster: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, 'a cluster name has letters, digits, _ and -')
    .optional()
    .describe('Cluster whose tables are replicated'),
});

const log = z.strictObject({
  level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default(DEFAULTS.log.level)
    .describe('Least severe lines that are logged'),
});

/** Schema of the configuration file of the collector, a section per room. Unknown keys are refused. */
export const configSchema = z
  .strictObject({
    data: z.string().min(1).default(DEFAULTS.data).describe('Folder of everything that the collector keeps'),
    host: z.string().min(1).default(DEFAULTS.host).describe('Address to listen on'),
    port: z.int().min(0).max(65_535).default(DEFAULTS.port).describe('Port to listen on; 0 takes a free one'),
    idKey: z
      .string()
      .min(16, 'a key of at least 16 characters is expected')
      .optional()
      .describe('Secret; where it is set, ids of predictions and labels are kept as their keyed hash. Never change it'),
    clickhouse: clickhouse.prefault({}),
    limits: limits.prefault({}),
    spool: spool.prefault({}),
    jobs: jobs.prefault({}),
    log: log.prefault({}),
  })
  .check(checkSpool, checkCluster);

/** The configuration of a collector, complete. */
export type Config = z.output<typeof configSchema>;

interface CheckedConfig {
  readonly clickhouse: { readonly url?: string | undefined; readonly cluster?: string | undefined };
  readonly spool: { readonly maxBytes: number; readonly segmentBytes: number };
  readonly limits: { readonly maxDecompressedBytes: number };
}

function checkSpool({ value, issues }: z.core.ParsePayload<CheckedConfig>): void {
  const { maxBytes, segmentBytes } = value.spool;
  if (maxBytes >= 2 * segmentBytes) return;
  const message = `maxBytes (${maxBytes}) holds fewer than two segments of segmentBytes (${segmentBytes})`;
  issues.push({ code: 'custom', path: ['spool', 'maxBytes'], message, input: value });
}

function checkCluster({ value, issues }: z.core.ParsePayload<CheckedConfig>): void {
  if (value.clickhouse.cluster === undefined || value.clickhouse.url !== undefined) return;
  const message = 'a cluster needs clickhouse.url: the embedded engine is no member of one';
  issues.push({ code: 'custom', path: ['clickhouse', 'cluster'], message, input: value });
}

/** One key of the configuration, as documented. */
export interface ConfigKey {
  /** As `spool.maxBytes`. */
  readonly path: readonly string[];
  readonly description: string;
  /** As written in a file; undefined where the key has no default. */
  readonly fallback: string | undefined;
  readonly schema: z.ZodType;
}

/** Every key of the configuration, in the order of the schema. */
export function listConfigKeys(): ConfigKey[] {
  const section = (shape: Record<string, z.ZodType>, prefix: readonly string[]): ConfigKey[] =>
    Object.entries(shape).flatMap(([key, schema]) => {
      const path = [...prefix, key];
      const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : undefined;
      if (inner instanceof z.ZodObject) return section(inner.shape, path);
      return [{ path, schema, description: schema.description ?? '', fallback: fallbackOf(path, schema) }];
    });
  return section(configSchema.shape, []);
}

function fallbackOf(path: readonly string[], schema: z.ZodType): string | undefined {
  if (!(schema instanceof z.ZodDefault)) return undefined;
  const fallback = schema.def.defaultValue;
  const isTime = path.at(-1)?.endsWith('Ms') === true && typeof fallback === 'number';
  return isTime ? formatDuration(fallback) : String(fallback);
}
