import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type DecodedPoint, type DecodedRequest, decodeRequest } from './otlp-decode.ts';

export type Answerer = (request: IncomingMessage, response: ServerResponse) => void;

/** A collector on loopback whose answers a test chooses; it keeps what it was sent. */
export interface FakeCollector {
  readonly url: string;
  /** Bodies of `POST /v1/metrics`, unpacked, whatever was answered. */
  readonly bodies: Buffer[];
  /** Requests that were answered as taken. */
  readonly accepted: DecodedRequest[];
  /** Bodies of `POST /v1/predictions` as they came, packed, whatever was answered. */
  readonly predictionBodies: Buffer[];
  /** Those that were answered as taken, unpacked. */
  readonly acceptedPredictions: Buffer[];
  /** Headers of all requests, with their path. */
  readonly requests: { path: string; headers: IncomingMessage['headers'] }[];
  /** Answers exports instead of "taken". */
  onMetrics: Answerer | undefined;
  /** Answers predictions instead of "taken". */
  onPredictions: Answerer | undefined;
  /** Answers questions for layouts. Default 404. */
  onLayouts: Answerer;
  points(metric?: string): DecodedPoint[];
  close(): Promise<void>;
}

export async function startFakeCollector(port = 0): Promise<FakeCollector> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      collector.requests.push({ path: request.url ?? '', headers: request.headers });
      if (request.method === 'GET') collector.onLayouts(request, response);
      else if (request.url?.endsWith('/v1/predictions')) takeRows(collector, request, response, Buffer.concat(chunks));
      else take(collector, request, response, gunzipSync(Buffer.concat(chunks)));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const collector: FakeCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies: [],
    accepted: [],
    requests: [],
    predictionBodies: [],
    acceptedPredictions: [],
    onMetrics: undefined,
    onPredictions: undefined,
    onLayouts: answerWith(404),
    points: (metric) =>
      collector.accepted.flatMap(({ points }) => points).filter((point) => !metric || point.metric === metric),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}

function take(collector: FakeCollector, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  collector.bodies.push(body);
  if (collector.onMetrics) return collector.onMetrics(request, response);
  const isJson = request.headers['content-type'] === 'application/json';
  collector.accepted.push(decodeRequest(body, isJson));
  response.writeHead(200, { 'content-type': request.headers['content-type'] });
  response.end(isJson ? '{}' : '');
}

function takeRows(collector: FakeCollector, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  collector.predictionBodies.push(body);
  if (collector.onPredictions) return collector.onPredictions(request, response);
  collector.acceptedPredictions.push(gunzipSync(body));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"accepted":1}');
}

/** Answers with a status, headers and body. */
export function answerWith(
  status: number,
  headers: Record<string, string> = {},
  body: string | Uint8Array = '',
): Answerer {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** Answers with layouts as JSON, and 304 to who has them. */
export function answerLayouts(answer: unknown, etag = '"1"'): Answerer {
  return (request, response) => {
    const isKnown = request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, { 'content-type': 'application/json', etag });
    response.end(isKnown ? '' : JSON.stringify(answer));
  };
}
