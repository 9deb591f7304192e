import type { FastifyRequest } from 'fastify';
import { inflateBody } from '../ingest/inflate.ts';
import type { RecordsRequest } from '../ingest/receive-records.ts';
import type { HttpOptions } from './app.ts';

/** On a loopback address every client may send the past. */
const LOCAL_SCOPES = ['ingest', 'labels', 'write'];

/** A request of rows, plain or gzip, as a receiver takes it. */
export async function readRecords(
  request: FastifyRequest,
  { limits, now }: Pick<HttpOptions, 'limits' | 'now'>,
): Promise<RecordsRequest> {
  const sent = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const body = await inflateBody(sent, request.headers['content-encoding'], limits.maxDecompressedBytes);
  return { body, contentType: request.headers['content-type'] ?? '', now: now(), scopes: LOCAL_SCOPES };
}
