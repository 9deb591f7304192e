import { windowHolding } from './windows.ts';
import type { Window } from '../domain/drift/observation.ts';

/** The windows of a model that got rows and are not judged since. */
export interface PendingWindow {
  readonly model: string;
  readonly environment: string;
  readonly window: Window;
}

/** When a pending window may be judged. */
export interface DueSettings {
  readonly nowMs: number;
  /** A window of a model is judged this long after its end. */
  readonly graceMs: (model: string) => number;
  /** A window that is already past is judged when no row came for this long: late rows come in runs. */
  readonly quietMs: number;
}

/** A window of the past is judged after this long though rows keep coming: late labels come in a trickle, day and night. */
const LONGEST_WAIT_MS = 600_000;

/** Remembers which windows got rows; what is forgotten at a restart is found again from the store. */
export class PendingWindows {
  readonly #entries = new Map<string, PendingWindow & { storedAtMs: number; firstMs: number }>();

  /** Rows of this instant's window were stored. */
  touch(model: string, environment: string, timeMs: number, lengthMs: number, storedAtMs: number): void {
    const window = windowHolding(timeMs, lengthMs);
    const key = keyOf({ model, environment, window });
    const before = this.#entries.get(key);
    this.#entries.set(key, {
      model,
      environment,
      window,
      storedAtMs: Math.max(before?.storedAtMs ?? 0, storedAtMs),
      firstMs: Math.min(before?.firstMs ?? Infinity, storedAtMs),
    });
  }

  /** Takes the windows that are due, in order of time; the others stay. */
  takeDue(settings: DueSettings, accept: (pending: PendingWindow) => boolean = () => true): PendingWindow[] {
    const due: PendingWindow[] = [];
    for (const [key, entry] of this.#entries) {
      const dueMs = entry.window.end.getTime() + settings.graceMs(entry.model);
      const hasEnded = settings.nowMs >= dueMs;
      const isQuiet = settings.nowMs - entry.storedAtMs >= settings.quietMs;
      const hasWaited = settings.nowMs - entry.firstMs >= LONGEST_WAIT_MS;
      const cameInTime = entry.storedAtMs <= dueMs;
      if (!hasEnded || !(isQuiet || cameInTime || hasWaited) || !accept(entry)) continue;
      this.#entries.delete(key);
      due.push({ model: entry.model, environment: entry.environment, window: entry.window });
    }
    return due.sort((a, b) => a.window.start.getTime() - b.window.start.getTime());
  }

  /** Windows that could not be judged are due again at the next look; judging one twice is harmless. */
  putBack(windows: readonly PendingWindow[]): void {
    for (const one of windows) {
      const key = keyOf(one);
      if (!this.#entries.has(key)) this.#entries.set(key, { ...one, storedAtMs: 0, firstMs: 0 });
    }
  }
}

function keyOf({ model, environment, window }: PendingWindow): string {
  return JSON.stringify([model, environment, window.start, window.end]);
}
