import { readFile } from 'node:fs/promises';
import { PrumoError } from '../errors/prumo-error.ts';

/**
 * The bytes of a file named on the command line.
 *
 * @throws PrumoError `PRUMO_FILE_UNREADABLE`.
 */
export async function readBytes(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PrumoError('PRUMO_FILE_UNREADABLE', `${path}: ${reason}`, { cause, detail: { path } });
  });
}
