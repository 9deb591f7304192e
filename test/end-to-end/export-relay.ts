import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An export as an agent sent it. */
export interface RecordedExport {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Stands between agents and a collector, delivers every export a number of times, and keeps it. */
export interface ExportRelay {
  readonly url: string;
  readonly exports: readonly RecordedExport[];
  readonly close: () => Promise<void>;
}

const KEPT_HEADERS = ['content-type', 'content-encoding', 'if-none-match'];

/** Starts a relay to the collector at `target`. @param times how often each export is delivered; 0 keeps it and says it was taken. */
export async function startRelay(target: string, times: number): Promise<ExportRelay> {
  const exports: RecordedExport[] = [];
  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = new Uint8Array(await buffer(request));
    const headers = Object.fromEntries(
      KEPT_HEADERS.flatMap((name) =>
        request.headers[name] === undefined ? [] : [[name, String(request.headers[name])]],
      ),
    );
    if (request.method === 'GET') {
      await answer(response, await fetch(target + (request.url ?? ''), { headers }));
      return;
    }
    exports.push({ headers, body });
    let taken: Response | undefined;
    for (let i = 0; i < times; i++) taken = await deliver({ headers, body }, target);
    if (taken === undefined) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    else await answer(response, taken);
  };
  const server = createServer((request, response) => {
    relay(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exports,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Delivers an export to the collector at a URL. */
export function deliver({ headers, body }: RecordedExport, url: string): Promise<Response> {
  return fetch(`${url}/v1/metrics`, { method: 'POST', headers, body });
}

async function answer(response: ServerResponse, from: Response): Promise<void> {
  const body = await from.arrayBuffer();
  const etag = from.headers.get('etag');
  const type = from.headers.get('content-type') ?? 'application/octet-stream';
  response.writeHead(from.status, { 'content-type': type, ...(etag === null ? {} : { etag }) }).end(Buffer.from(body));
}
