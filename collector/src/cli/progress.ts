import type { Terminal } from './terminal.ts';

/** Shows how far long work is; at most ten times a second, on a terminal only. */
export interface Progress {
  readonly update: (done: number, total?: number) => void;
  readonly end: () => void;
}

const INTERVAL_MS = 100;

/** Begins to show progress: `label  12,000`, or `label  12 of 30`. */
export function startProgress(
  terminal: Terminal,
  label: string,
  now: () => number = () => performance.now(),
): Progress {
  let shownAtMs = -Infinity;
  return {
    update: (done, total) => {
      if (now() - shownAtMs < INTERVAL_MS) return;
      shownAtMs = now();
      const amount = total === undefined ? done.toLocaleString('en-US') : `${done} of ${total}`;
      terminal.progress(`${label}  ${amount}`);
    },
    end: () => terminal.progress(''),
  };
}
