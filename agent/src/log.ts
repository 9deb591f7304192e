export type LogLevel = 'info' | 'warn';

/** Receives what the agent has to say; what it throws or rejects with is ignored. */
export type LogListener = (level: LogLevel, message: string) => unknown;

/** Passes messages on, each key once, so that a lasting fault does not flood the host's log. */
export class Log {
  readonly #listener: LogListener | undefined;
  readonly #told = new Set<string>();

  constructor(listener: LogListener | undefined) {
    this.#listener = listener;
  }

  once(key: string, level: LogLevel, message: string): void {
    if (this.#listener === undefined || this.#told.has(key)) return;
    this.#told.add(key);
    try {
      const answer = this.#listener(level, message);
      if (answer instanceof Promise) answer.catch(() => undefined);
    } catch {
      // The listener is the host's: its faults are not ours to spread.
    }
  }

  /** The fault behind the key is over: the next one is told again. */
  over(key: string): void {
    this.#told.delete(key);
  }
}

/** Text of whatever was thrown, at most 200 characters. */
export function messageOf(error: unknown): string {
  try {
    return (error instanceof Error ? error.message : String(error)).slice(0, 200);
  } catch {
    return 'unreadable error';
  }
}
