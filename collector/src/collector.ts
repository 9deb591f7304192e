import path from 'node:path';
import { pino, type Logger } from 'pino';
import { answerDistribution } from './answers/answer-distribution.ts';
import { answerDrift } from './answers/answer-drift.ts';
import { answerPerformance } from './answers/answer-performance.ts';
import { answerHealth, answerIncidents } from './answers/answer-health.ts';
import type { Config } from './config/schema.ts';
import { PrumoError } from './errors/prumo-error.ts';
import { createHttp } from './http/create-http.ts';
import { assertLoopback, listen } from './http/listen.ts';
import { Metrics } from './http/metrics.ts';
import { gaugePerformance } from './http/performance-gauges.ts';
import { createLabelsReceiver } from './ingest/receive-labels.ts';
import { createMetricsReceiver } from './ingest/receive-metrics.ts';
import { createPredictionsReceiver } from './ingest/receive-predictions.ts';
import { Spool } from './ingest/spool.ts';
import { Storer } from './ingest/storer.ts';
import { startClockwork } from './jobs/clockwork.ts';
import { createJobs, type JobsOutcome } from './jobs/jobs.ts';
import { Registry } from './registry/registry.ts';
import { openEmbeddedStore } from './store/embedded.ts';
import { openServerStore } from './store/server.ts';
import type { Store } from './store/store.ts';

/** A running collector. */
export interface Collector {
  /** Where it listens, as `http://127.0.0.1:4318`. */
  readonly url: string;
  /** Stores what waits, rolls up, joins labels and judges every window that has ended. */
  catchUp(): Promise<JobsOutcome>;
  /** Answers what is under way, stores what was acknowledged, and closes the store. */
  stop(): Promise<void>;
}

/** What a collector is given besides its configuration. */
export interface CollectorSettings {
  /** The clock of the data, in milliseconds since 1970. Default: real time. */
  readonly now?: () => number;
  /** Default: JSON lines on standard error, from the configured level on. */
  readonly log?: Logger;
  /** Whether roll-up and judging run by themselves. Default true. */
  readonly runsJobs?: boolean;
}

/** Windows may be this long, and reach back as far, when a process picks up what an earlier one left. */
const PICK_UP_MS = 31 * 86_400_000;

/**
 * Puts a collector together and starts it: the composition root, the one place that chooses the store, the clock and the log.
 *
 * @throws PrumoError that says what to do: `PRUMO_HOST_NOT_LOOPBACK`, `PRUMO_PORT_IN_USE`, `PRUMO_STORE_*`.
 */
export async function startCollector(config: Config, settings: CollectorSettings = {}): Promise<Collector> {
  assertLoopback(config.host);
  const now = settings.now ?? Date.now;
  const log = settings.log ?? pino({ level: config.log.level }, pino.destination({ fd: 2, sync: true }));
  const folder = path.resolve(config.data);
  const closing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const store = await openStore(config, folder);
    closing.push(() => store.close());
    await store.migrate();
    const { spool, storer } = await openIngest(config, folder, store, log);
    closing.push(async () => {
      await spool.close();
      await storer.stop();
    });
    const registry = new Registry({ store, blobsFolder: path.join(folder, 'blobs'), now: () => new Date(now()) });
    await registry.refresh();
    const metrics = gaugeIngest(new Metrics(), spool, storer);
    let unmatched = 0;
    metrics.gauge('prumo_labels_unmatched', 'Labels that wait for their prediction.', () => unmatched);
    const judging = {
      store,
      registry,
      now,
      ...(isAlone(config, settings) ? { joinOverlapMs: 1000 } : {}),
      onPerformance: gaugePerformance(metrics),
      onUnmatchedLabels: (labels: number) => void (unmatched = labels),
    };
    const since = await pickUpFrom(store);
    const jobs = createJobs({
      ...judging,
      drain: () => storer.drain(),
      nextRevision: createRevisions(),
      quietMs: config.jobs.quietMs,
      since,
    });
    const clockwork = startClockwork(jobs.run, settings.runsJobs === false ? 0 : config.jobs.intervalMs, (error) =>
      log.error({ err: error }, 'roll-up and judging failed; they run again'),
    );
    closing.push(() => clockwork.stop());
    const judge = (model: string, period: Parameters<typeof jobs.judgeNow>[1]) =>
      clockwork.inTurn(() => jobs.judgeNow(model, period));
    const http = await createHttp({
      limits: config.limits,
      receiveMetrics: createMetricsReceiver({
        spool,
        maxPoints: config.limits.maxSeriesPerRequest,
        knowsLayout: (model, hash, bounds) => registry.knowsLayout(model, hash, bounds),
      }),
      receivePredictions: createPredictionsReceiver({ spool, idKey: config.idKey }),
      receiveLabels: createLabelsReceiver({ spool, idKey: config.idKey }),
      registry,
      questions: {
        drift: (model, query) => answerDrift(judging, model, query),
        distribution: (model, field, query) => answerDistribution(judging, model, field, query),
        incidents: (query) => answerIncidents(judging, query),
        health: (query) => answerHealth(judging, query),
        performance: (model, query) => answerPerformance(judging, model, query),
        judge,
        judgeAll: () => clockwork.inTurn(jobs.catchUp),
      },
      now: () => new Date(now()),
      assertReady: () => store.ping(),
      metrics,
      logger: log,
    });
    closing.push(() => http.close());
    const url = await listen(http, config);
    return { url, catchUp: () => clockwork.inTurn(jobs.catchUp), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openStore({ clickhouse }: Config, folder: string): Promise<Store> {
  if (clickhouse.cluster !== undefined) {
    throw new PrumoError(
      'PRUMO_CONFIG_INVALID',
      'clickhouse.cluster: replicated tables are not supported yet; leave it out',
    );
  }
  return clickhouse.url === undefined
    ? openEmbeddedStore({ path: path.join(folder, 'clickhouse') })
    : openServerStore({ url: clickhouse.url });
}

async function openIngest(config: Config, folder: string, store: Store, log: Logger) {
  const { maxBytes, segmentBytes } = config.spool;
  const spool = await Spool.open({ folder, maxBytes, segmentBytes });
  const storer = await Storer.start({
    spool,
    store,
    folder,
    onError: (error, fate) => log.error({ err: error }, `a spool segment was not stored: ${fate}`),
  });
  return { spool, storer };
}

/**
 * Whether nothing writes while labels are joined: nobody else has the embedded store, and what was acknowledged is drained before every
 * judging that is asked for. A replay at a thousand times the speed would join its last minute, which is weeks, again and again.
 */
function isAlone({ clickhouse }: Config, { runsJobs }: CollectorSettings): boolean {
  return clickhouse.url === undefined && runsJobs === false;
}

/** Real time in milliseconds, but always greater than before, also where the clock stands still or is set back. */
function createRevisions(): () => number {
  let last = 0;
  return () => (last = Math.max(last + 1, Date.now()));
}

/** Where an earlier process may have left off: what it judged last, less the longest time that a window waits. */
async function pickUpFrom(store: Store): Promise<Date> {
  const judged = (await store.readHealth({})).map(({ at }) => at.getTime());
  return judged.length === 0 ? new Date(0) : new Date(Math.max(0, Math.max(...judged) - PICK_UP_MS));
}

function gaugeIngest(metrics: Metrics, spool: Spool, storer: Storer): Metrics {
  metrics.gauge('prumo_spool_bytes', 'Bytes that are acknowledged and wait for the store.', () => spool.bytes);
  metrics.gauge('prumo_segments_stored', 'Spool segments stored since the start.', () => storer.counts.stored);
  metrics.gauge('prumo_segments_failures', 'Attempts to store a segment that failed.', () => storer.counts.failures);
  metrics.gauge('prumo_segments_set_aside', 'Segments in the dead-letter folder.', () => storer.counts.setAside);
  return metrics;
}
