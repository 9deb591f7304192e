import { PrumoError } from '../../errors/prumo-error.ts';

/** Bytes that are no Arrow stream, or one that is not read here. */
export function arrowError(message: string, cause?: unknown): PrumoError {
  return new PrumoError('PRUMO_ARROW_MALFORMED', message, cause === undefined ? {} : { cause });
}
