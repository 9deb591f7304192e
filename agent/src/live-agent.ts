import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { InferenceSession } from 'onnxruntime-node';
import type { AgentConfig } from './config.ts';
import type { Agent, AgentStats } from './agent.ts';
import { DropCounter } from './export/drop-counter.ts';
import { Exporter } from './export/exporter.ts';
import { FlushClock } from './export/flush-clock.ts';
import { closeInterval, toHrTime } from './export/interval.ts';
import { LayoutsPoller } from './export/layouts-poller.ts';
import { PredictionExporter } from './export/prediction-exporter.ts';
import { DESCRIPTOR, type Point, sumPoint } from './export/point.ts';
import { Log, messageOf } from './log.ts';
import { ATTRIBUTE } from './profile/index.ts';
import { digestOnnx } from './watch/onnx-digest.ts';
import { SessionRecorder } from './watch/session-recorder.ts';
import { readWatchOptions, type WatchOptions } from './watch/watch-options.ts';
import { type WatchedSession, wrapSession } from './watch/watched-session.ts';

/** The last instant that JavaScript knows. */
const MAX_DATE_MS = 8.64e15;
const READY_TIMEOUT_MS = 10_000;
/** A flush waits so long at most for ONNX files that are still being hashed. */
const IDENTIFY_TIMEOUT_MS = 1000;
/** So many points are made at once, about one batch, then the event loop has its turn. */
const POINTS_PER_STEP = 50;

const NO_PREDICTIONS = { sentPredictions: 0, queuedPredictions: 0, queuedPredictionBytes: 0 };

interface Watch {
  readonly recorder: SessionRecorder;
  readonly poller: LayoutsPoller;
  /** Resolves when the ONNX file is hashed, or cannot be. */
  readonly identified: Promise<void>;
  isIdentified: boolean;
}

/** The agent at work: joins sessions, clock, layouts and exporter. */
export class LiveAgent implements Agent {
  readonly #config: AgentConfig;
  readonly #log: Log;
  readonly #dropped = new DropCounter();
  readonly #exporter: Exporter;
  readonly #predictions: PredictionExporter | undefined;
  readonly #watches: Watch[] = [];
  readonly #clock: FlushClock | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #startMs: number;
  #stopped: Promise<void> | undefined;

  constructor(config: AgentConfig) {
    this.#config = config;
    this.#log = new Log(config.onLog);
    this.#exporter = new Exporter(config, randomUUID(), this.#dropped, this.#log);
    this.#predictions =
      config.predictions && new PredictionExporter(config, config.predictions, this.#dropped, this.#log);
    this.#startMs = this.#nowMs();
    if (config.now === undefined) {
      this.#clock = new FlushClock(config.flushIntervalMs, (endMs, sendDelayMs) => this.#flushAt(endMs, sendDelayMs));
    }
  }

  watch(session: InferenceSession, options: WatchOptions): WatchedSession {
    try {
      if (this.#stopped !== undefined) return wrapSession(session, undefined);
      const { onnx, ...identity } = readWatchOptions(options);
      const recorder = new SessionRecorder(identity, {
        nowMs: () => this.#nowMs(),
        dropped: this.#dropped,
        log: this.#log,
        ordinal: this.#watches.length,
        predictions: this.#predictions,
      });
      const watched = wrapSession(session, recorder);
      const poller = new LayoutsPoller(this.#config, recorder, this.#log);
      const identified = this.#identify(recorder, onnx);
      const watch: Watch = { recorder, poller, identified, isIdentified: false };
      this.#watches.push(watch);
      void identified.then(() => {
        watch.isIdentified = true;
        void poller.ask();
      });
      return watched;
    } catch (error) {
      this.#dropped.add('watch_refused');
      this.#log.once('watch', 'warn', `a session is not watched: ${messageOf(error)}`);
      return wrapUnwatched(session);
    }
  }

  async #identify(recorder: SessionRecorder, onnx: string | Uint8Array | undefined): Promise<void> {
    if (onnx === undefined) return recorder.identify(undefined);
    try {
      recorder.identify(await digestOnnx(onnx));
    } catch (error) {
      recorder.dropped.add('hash_failed');
      recorder.identify(undefined);
      this.#log.once('hash', 'warn', `an ONNX file cannot be hashed: ${messageOf(error)}`);
    }
  }

  flush(): Promise<void> {
    if (this.#stopped !== undefined) return this.#stopped;
    const flushed = this.#queueInterval(() => this.#nowMs());
    return flushed.then(() => this.#send());
  }

  #flushAt(endMs: number, sendDelayMs: number): void {
    void this.#queueInterval(() => endMs).then(() => {
      setTimeout(() => void this.#send(), sendDelayMs).unref();
    });
  }

  async #send(): Promise<void> {
    await Promise.all([this.#exporter.send(), this.#predictions?.send()]);
  }

  /** Cuts and queues one interval after the other. */
  #queueInterval(endMs: () => number): Promise<void> {
    this.#flushing = this.#flushing.then(async () => {
      try {
        await this.#cutAll(endMs());
      } catch (error) {
        this.#dropped.add('flush_error');
        this.#log.once('flush', 'warn', `an interval could not be sent: ${messageOf(error)}`);
      }
    });
    return this.#flushing;
  }

  async #cutAll(endMs: number): Promise<void> {
    await this.#awaitIdentified();
    let step: Point[] = [];
    for (const { recorder, isIdentified } of this.#watches) {
      // Its counts stay where they are: its interval ends with a later flush.
      if (!isIdentified) continue;
      for (const points of recorder.cut(endMs)) {
        step.push(...points);
        if (step.length < POINTS_PER_STEP) continue;
        await this.#exporter.enqueue(step);
        step = [];
      }
      await setImmediate();
    }
    await this.#exporter.enqueue(step.concat(this.#takeOwn(endMs)));
  }

  async #awaitIdentified(): Promise<void> {
    const open = this.#watches.filter(({ isIdentified }) => !isIdentified);
    if (open.length === 0) return;
    // Half at most of what a shutdown has: the rest is for sending.
    const waitMs = Math.min(IDENTIFY_TIMEOUT_MS, this.#config.timeoutMs / 2);
    await within(Promise.all(open.map(({ identified }) => identified)), waitMs);
  }

  /** Drops that belong to no session. */
  #takeOwn(endMs: number): Point[] {
    const interval = closeInterval(this.#startMs, endMs);
    this.#startMs = interval.endMs;
    const time = { startTime: toHrTime(interval.startMs), endTime: toHrTime(interval.endMs) };
    return [...this.#dropped.take()].map(([reason, count]) =>
      sumPoint(DESCRIPTOR.dropped, { [ATTRIBUTE.reason]: reason }, time, count),
    );
  }

  shutdown(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#clock?.stop();
    for (const { poller } of this.#watches) poller.close();
    const sent = this.#queueInterval(() => this.#nowMs()).then(() => this.#send());
    await within(sent, this.#config.timeoutMs);
    for (const { recorder, isIdentified } of this.#watches) {
      if (!isIdentified) recorder.dropped.add('hash_failed');
      recorder.close();
    }
    this.#exporter.close();
    this.#predictions?.close();
  }

  async ready(options?: { readonly timeoutMs?: number }): Promise<boolean> {
    const arrivals = this.#watches.map(async ({ poller, identified }) => {
      await identified;
      void poller.ask();
      await new Promise<void>((resolve) => poller.whenReady(resolve));
    });
    const waitMs = Math.min(Math.max(Number(options?.timeoutMs ?? READY_TIMEOUT_MS) || 0, 0), 2 ** 31 - 1);
    await within(Promise.all(arrivals), waitMs);
    return this.#watches.every(({ poller }) => poller.hasLayouts);
  }

  stats(): AgentStats {
    return {
      enabled: this.#stopped === undefined,
      rows: this.#watches.reduce((rows, { recorder }) => rows + recorder.totalRows, 0),
      ...this.#exporter.stats(),
      ...(this.#predictions?.stats() ?? NO_PREDICTIONS),
      dropped: this.#dropped.totals(),
    };
  }

  /** The agent's clock in whole ms; real time where a given clock fails. */
  #nowMs(): number {
    try {
      const ms = Math.floor(Number(this.#config.now?.() ?? Date.now()));
      if (ms >= 0 && ms <= MAX_DATE_MS) return ms;
      this.#log.once('clock', 'warn', `the given clock says ${ms}: real time is used`);
    } catch (error) {
      this.#log.once('clock', 'warn', `the given clock fails, real time is used: ${messageOf(error)}`);
    }
    return Date.now();
  }
}

/** What cannot be watched works as it is. */
function wrapUnwatched(session: InferenceSession): WatchedSession {
  try {
    return wrapSession(session, undefined);
  } catch {
    return session as WatchedSession;
  }
}

/** Resolves with the work, or when the time is over. The host waits for it: the timer alone keeps the process alive. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
