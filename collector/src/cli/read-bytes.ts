import { readFile } from 'node:fs/promises';
import { readError } from '../data-files/data-error.ts';

/**
 * The bytes of a file named on the command line.
 *
 * @throws PrumoError `PRUMO_FILE_UNREADABLE`.
 */
export async function readBytes(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw readError(path, cause);
  });
}
