import { nextBoundary } from './interval.ts';

const MAX_SEND_DELAY_MS = 5000;

/** Calls back at each end of an interval, in real time. It does not keep the process alive. */
export class FlushClock {
  readonly #intervalMs: number;
  readonly #onBoundary: (endMs: number, sendDelayMs: number) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onBoundary gets the exact end, and how long to wait before sending, so that not all agents send at once. */
  constructor(intervalMs: number, onBoundary: (endMs: number, sendDelayMs: number) => void) {
    this.#intervalMs = intervalMs;
    this.#onBoundary = onBoundary;
    this.#plan(nextBoundary(Date.now(), intervalMs));
  }

  #plan(endMs: number): void {
    this.#timer = setTimeout(() => this.#ring(endMs), Math.max(endMs - Date.now(), 1));
    this.#timer.unref();
  }

  #ring(endMs: number): void {
    const nowMs = Date.now();
    // Timers may ring a moment early.
    if (nowMs < endMs && endMs - nowMs <= this.#intervalMs) return this.#plan(endMs);
    this.#plan(nextBoundary(nowMs, this.#intervalMs));
    this.#onBoundary(endMs, Math.random() * Math.min(this.#intervalMs / 10, MAX_SEND_DELAY_MS));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
