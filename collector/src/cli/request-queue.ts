/** Runs pieces of work side by side, a few at a time. */
export interface RequestQueue {
  /** Starts the work when there is room; rejects with the first failure of any earlier one. */
  readonly add: (work: () => Promise<void>) => Promise<void>;
  /** Resolves when all work is done; rejects with the first failure. */
  readonly drain: () => Promise<void>;
}

/** Creates a queue that runs at most `limit` at a time. */
export function createRequestQueue(limit: number): RequestQueue {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const check = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  return {
    add: async (work) => {
      while (running.size >= limit) await Promise.race(running);
      check();
      const run = work()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .then(() => void running.delete(run));
      running.add(run);
    },
    drain: async () => {
      await Promise.all(running);
      check();
    },
  };
}
