/** Runs work again and again, never two pieces at once. */
export interface Clockwork {
  /** Runs another piece of work when nothing else runs. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Stops after the work under way. */
  stop(): Promise<void>;
}

/**
 * Starts the clockwork.
 *
 * @param intervalMs Pause between the end of one run and the start of the next; 0: nothing runs by itself.
 * @param onError Told of a run that failed; the next one comes all the same.
 */
export function startClockwork(
  work: () => Promise<void>,
  intervalMs: number,
  onError: (error: unknown) => void,
): Clockwork {
  let tail: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const inTurn = <T>(piece: () => Promise<T>): Promise<T> => {
    const run = tail.then(piece);
    tail = run.catch(() => undefined);
    return run;
  };
  const schedule = (): void => {
    if (isStopped || intervalMs === 0) return;
    timer = setTimeout(() => {
      void inTurn(work).catch(onError).then(schedule);
    }, intervalMs);
    timer.unref();
  };
  schedule();

  return {
    inTurn,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await tail;
    },
  };
}
