import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { readError } from './data-error.ts';

/**
 * Text of a file in pieces; a name that ends in `.gz` is decompressed, a byte order mark is dropped.
 *
 * @throws PrumoError `PRUMO_FILE_UNREADABLE`; `PRUMO_DATA_INVALID` for what is neither UTF-8 nor complete gzip.
 */
export async function* readText(path: string): AsyncGenerator<string> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  // The pipeline carries errors to the last stream, and closes the file when the reader stops early.
  const bytes = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw readError(path, error);
  } finally {
    file.destroy();
  }
}
