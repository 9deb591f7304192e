const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;

/** When to try again after a failure: waits that double, with jitter, and what the collector asked for. It does not keep the process alive. */
export class RetryClock {
  readonly #retry: () => void;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  /** Monotonic time before which the collector asked not to be called. */
  #notBeforeMs = 0;
  #isClosed = false;

  constructor(retry: () => void) {
    this.#retry = retry;
  }

  /** Whether the collector may be called: it asked for no patience, or that is over. */
  get isDue(): boolean {
    return !this.#isClosed && performance.now() >= this.#notBeforeMs;
  }

  /** After a failure: plans the next try. */
  fail(retryAfterMs: number | undefined): void {
    this.#notBeforeMs = retryAfterMs === undefined ? 0 : performance.now() + retryAfterMs;
    const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** this.#failures++, MAX_RETRY_MS) * (0.5 + Math.random() / 2);
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#retry, Math.max(backoffMs, (retryAfterMs ?? 0) + 1));
    this.#timer.unref();
  }

  /** After an answer: the next failure is the first one again. */
  succeed(): void {
    this.#failures = 0;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}
