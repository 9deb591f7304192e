import type { IncomingMessage } from 'node:http';

/** Most bytes of a refused body that are read and thrown away. */
const MAX_BYTES = 256 * 2 ** 20;
const TIMEOUT_MS = 10_000;

/**
 * Reads what a client is still sending and throws it away, so that it gets to read the refusal: a connection closed in the middle
 * of a body looks like a broken one. Bounded in bytes and time; resolves in any case.
 */
export function drainRequest(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const done = (): void => {
      clearTimeout(timer);
      request.off('data', count);
      resolve();
    };
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) done();
    };
    const timer = setTimeout(done, TIMEOUT_MS);
    request.on('data', count).once('end', done).once('close', done).once('error', done).resume();
  });
}
