import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { PrumoError } from '../errors/prumo-error.ts';

/** Most bytes that a body may have after decompression. */
const MAX_INFLATED_BYTES = 64 * 2 ** 20;

const gunzipAsync = promisify(gunzip);

/**
 * A body without its content encoding (`gzip`, `identity` or none).
 *
 * Throws `PRUMO_BODY_TOO_LARGE` beyond `maxBytes` (default 64 MiB), which is noticed before they are all in memory, and
 * `PRUMO_CONTENT_ENCODING_UNKNOWN` for another encoding or damaged bytes.
 */
export async function inflateBody(
  body: Uint8Array,
  encoding: string | undefined,
  maxBytes = MAX_INFLATED_BYTES,
): Promise<Uint8Array> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') {
    if (body.byteLength > maxBytes) throw tooLarge(maxBytes);
    return body;
  }
  if (name !== 'gzip') {
    const message = `Content encoding ${JSON.stringify(name.slice(0, 40))} is not accepted; gzip and identity are.`;
    throw new PrumoError('PRUMO_CONTENT_ENCODING_UNKNOWN', message);
  }
  try {
    return await gunzipAsync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new PrumoError('PRUMO_CONTENT_ENCODING_UNKNOWN', 'The body is not valid gzip.', { cause: error });
  }
}

function tooLarge(maxBytes: number): PrumoError {
  return new PrumoError('PRUMO_BODY_TOO_LARGE', `The body has more than ${maxBytes} bytes.`, { detail: { maxBytes } });
}
