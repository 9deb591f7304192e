import { PrumoError } from '../errors/prumo-error.ts';
import { windowHolding } from '../jobs/windows.ts';
import type { Period } from '../store/store.ts';

/** Most windows that one answer reads, the past of its reference among them. */
const MAX_WINDOWS = 5000;

/** The aligned windows that hold a period. @throws PrumoError `PRUMO_INPUT_INVALID` where they are too many. */
export function wholeWindows(fromMs: number, toMs: number, windowMs: number): Period {
  const windows = Math.ceil(toMs / windowMs) - Math.floor(fromMs / windowMs);
  if (windows <= MAX_WINDOWS) {
    return { from: windowHolding(fromMs, windowMs).start, to: windowHolding(toMs - 1, windowMs).end };
  }
  const message =
    `the question reaches over ${windows} windows, the past of its reference among them; at most ${MAX_WINDOWS} are answered: ` +
    'ask for a shorter period or reference, or for a longer window';
  throw new PrumoError('PRUMO_INPUT_INVALID', message);
}
