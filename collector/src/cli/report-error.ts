import { ERROR_CODES } from '../errors/codes.ts';
import { isRetryable, PrumoError } from '../errors/prumo-error.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes of every command. */
export const EXIT = {
  /** It did what was asked. */
  ok: 0,
  /** It ran, and the answer is bad: input was refused, a check failed. */
  failed: 1,
  /** It could not run: wrong options, no collector, a failure that may pass. */
  couldNotRun: 2,
} as const;

/** Writes an error to standard error (code, what, where, what to do) and gives the exit code. */
export function reportError(error: unknown, terminal: Terminal): number {
  if (!(error instanceof PrumoError)) {
    terminal.note(`prumo: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    terminal.note('  This is a fault of Prumo: please report it with the text above.');
    return EXIT.couldNotRun;
  }
  // What the collector refused carries the collector's own code and remedy.
  const { code, remedy, status } = error.detail;
  terminal.note(`prumo: ${error.message} [${typeof code === 'string' ? code : error.code}]`);
  terminal.note(`  what to do: ${typeof remedy === 'string' ? remedy : ERROR_CODES[error.code].remedy}`);
  const failedInside = typeof status === 'number' && status >= 500;
  return error.code === 'PRUMO_USAGE' || failedInside || isRetryable(error) ? EXIT.couldNotRun : EXIT.failed;
}
