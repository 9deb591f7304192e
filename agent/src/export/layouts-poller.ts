import type { AgentConfig } from '../config.ts';
import { type Log, messageOf } from '../log.ts';
import type { DropCounter } from './drop-counter.ts';
import type { VersionLayouts } from './layouts-answer.ts';
import { fetchLayouts, type VersionQuestion } from './layouts-client.ts';

/** Wait after the first failed question; it doubles up to the interval. */
const FIRST_WAIT_MS = 2000;
const JITTER = 0.2;

/** What the poller needs of a watched session. */
export interface LayoutsSubscriber {
  readonly dropped: DropCounter;
  /** Undefined while nothing is known to ask by. */
  question(): Omit<VersionQuestion, 'etag'> | undefined;
  useLayouts(layouts: VersionLayouts): void;
}

/** Keeps the layouts of one watched session up to date in the background. Nothing of it throws or keeps the process alive. */
export class LayoutsPoller {
  readonly #config: AgentConfig;
  readonly #log: Log;
  readonly #subscriber: LayoutsSubscriber;
  readonly #waiting = new Set<() => void>();
  #etag: string | undefined;
  #hasLayouts = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | undefined;
  #isClosed = false;

  constructor(config: AgentConfig, subscriber: LayoutsSubscriber, log: Log) {
    this.#config = config;
    this.#subscriber = subscriber;
    this.#log = log;
  }

  get hasLayouts(): boolean {
    return this.#hasLayouts;
  }

  /** Calls back once layouts are there, which may be at once. */
  whenReady(callback: () => void): void {
    if (this.#hasLayouts) callback();
    else this.#waiting.add(callback);
  }

  /** Asks now, and from then on from time to time. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    const question = this.#subscriber.question();
    if (this.#isClosed || question === undefined) return;
    try {
      await this.#useAnswer(question);
    } catch (error) {
      this.#failures++;
      this.#log.once('layouts', 'warn', `layouts of ${question.model} cannot be fetched: ${messageOf(error)}`);
    }
    this.#planNext();
  }

  async #useAnswer(question: Omit<VersionQuestion, 'etag'>): Promise<void> {
    const result = await fetchLayouts(this.#config, { ...question, etag: this.#etag });
    if (this.#isClosed) return;
    switch (result.kind) {
      case 'layouts':
        this.#etag = result.etag;
        this.#subscriber.useLayouts(result.layouts);
        this.#becomeReady();
        break;
      case 'malformed':
        this.#failures++;
        this.#subscriber.dropped.add('layouts_malformed');
        this.#log.once('malformed', 'warn', `layouts of ${question.model} are not understood: ${result.message}`);
        return;
      case 'unregistered':
        this.#failures++;
        this.#log.once(`unregistered ${question.model}`, 'info', `${question.model} is not registered as it runs`);
        return;
      case 'unchanged':
        break;
    }
    this.#failures = 0;
    this.#log.over('layouts');
  }

  #becomeReady(): void {
    this.#hasLayouts = true;
    for (const callback of this.#waiting) callback();
    this.#waiting.clear();
  }

  #planNext(): void {
    if (this.#isClosed) return;
    const { layoutsIntervalMs } = this.#config;
    const waitMs =
      this.#failures === 0 ? layoutsIntervalMs : Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), layoutsIntervalMs);
    const jitter = 1 + JITTER * (2 * Math.random() - 1);
    this.#timer = setTimeout(() => void this.ask(), waitMs * jitter);
    this.#timer.unref();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}
