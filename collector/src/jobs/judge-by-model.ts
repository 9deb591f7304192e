import type { Window } from '../domain/drift/observation.ts';
import type { ModelScope } from '../store/store.ts';
import type { PendingWindow, PendingWindows } from './pending.ts';

/**
 * Judges due windows, those of one model, environment and length together. A model that cannot be judged does not keep the others from it: its
 * windows stay due, and its error is added to `errors`.
 *
 * @returns what was done, model by model.
 */
export async function judgeByModel<Done>(
  pending: PendingWindows,
  due: readonly PendingWindow[],
  judge: (scope: ModelScope, windows: readonly Window[]) => Promise<Done>,
  errors: unknown[],
): Promise<Done[]> {
  const done: Done[] = [];
  for (const own of Map.groupBy(due, keyOf).values()) {
    const { model, environment }: ModelScope = own[0]!;
    try {
      const windows = own.map(({ window }) => window);
      done.push(await judge({ model, environment }, windows));
    } catch (error) {
      pending.putBack(own);
      errors.push(error);
    }
  }
  return done;
}

/** Throws what went wrong, if anything did. */
export function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length === 0) return;
  const [first] = errors;
  const message = first instanceof Error ? first.message : String(first);
  throw new AggregateError(errors, `${errors.length} judgings failed, the first: ${message}`);
}

function keyOf({ model, environment, window }: PendingWindow): string {
  return JSON.stringify([model, environment, window.end.getTime() - window.start.getTime()]);
}
