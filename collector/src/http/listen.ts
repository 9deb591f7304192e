import { isIPv4, isIPv6 } from 'node:net';
import { PrumoError } from '../errors/prumo-error.ts';
import type { App } from './app.ts';

/**
 * Starts to accept requests and gives the address, as `http://127.0.0.1:4318`. Port 0 takes a free one.
 *
 * @throws PrumoError `PRUMO_HOST_NOT_LOOPBACK`, `PRUMO_PORT_IN_USE`.
 */
export async function listen(
  app: App,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  assertLoopback(host);
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code !== 'EADDRINUSE') throw cause;
    throw new PrumoError('PRUMO_PORT_IN_USE', `port ${port} of ${host} is taken`, { cause });
  }
}

/** Refuses an address that other machines could reach: there are no tokens that would keep them out. */
export function assertLoopback(host: string): void {
  const isLoopback = isIPv4(host)
    ? host.startsWith('127.')
    : isIPv6(host)
      ? /^(0*:)*:?0*1$/.test(host)
      : host === 'localhost';
  if (isLoopback) return;
  const message = `"${host}" can be reached from other machines, and this Prumo has no tokens to keep them out`;
  throw new PrumoError('PRUMO_HOST_NOT_LOOPBACK', message);
}
