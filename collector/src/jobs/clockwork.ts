/** Runs one piece of work again and again, never twice at once. */
export interface Clockwork {
  /** Runs now, or waits for the run under way and then runs. */
  runNow(): Promise<void>;
  /** Stops after the run under way. */
  stop(): Promise<void>;
}

/**
 * Starts the clockwork.
 *
 * @param intervalMs Pause between the end of one run and the start of the next; 0 leaves running to `runNow`.
 * @param onError Told of a run that failed; the next one comes all the same.
 */
export function startClockwork(
  work: () => Promise<void>,
  intervalMs: number,
  onError: (error: unknown) => void,
): Clockwork {
  let tail: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const enqueue = (): Promise<void> => {
    const run = tail.then(work);
    tail = run.catch(() => undefined);
    return run;
  };
  const schedule = (): void => {
    if (isStopped || intervalMs === 0) return;
    timer = setTimeout(() => {
      void enqueue().catch(onError).then(schedule);
    }, intervalMs);
    timer.unref();
  };
  schedule();

  return {
    runNow: enqueue,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await tail;
    },
  };
}
