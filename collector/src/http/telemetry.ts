import { PrumoError } from '../errors/prumo-error.ts';
import { inflateBody } from '../ingest/inflate.ts';
import { encodeMetricsResponse, metricsResponseJson } from '../ingest/metrics-response.ts';
import type { MetricsRequest, ReceiveMetrics } from '../ingest/receive-metrics.ts';
import { answers } from './answers.ts';
import type { App, HttpOptions } from './app.ts';
import { acceptBytes } from './json-body.ts';
import { z } from 'zod';

/** On a loopback address every client may send the past. */
const LOCAL_SCOPES = ['ingest', 'write'];

/** `POST /v1/metrics`: OTLP metrics, protobuf or JSON, plain or gzip. Answered when what was accepted is on disk. */
export function routeTelemetry(app: App, { receiveMetrics, limits, metrics, now }: HttpOptions): void {
  const points = metrics.counter('prumo_points_total', 'OTLP points by outcome.');
  acceptBytes(app, undefined);
  app.post(
    '/v1/metrics',
    {
      schema: {
        summary: 'Take OTLP metrics',
        consumes: ['application/x-protobuf', 'application/json'],
        response: answers(z.unknown().describe('ExportMetricsServiceResponse, in the encoding of the request')),
      },
      serializerCompiler: () => JSON.stringify,
    },
    async (request, reply) => {
      const contentType = request.headers['content-type'] ?? '';
      const encoding = request.headers['content-encoding'];
      const sent = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const body = await inflateBody(sent, encoding, limits.maxDecompressedBytes);
      const received = await receive(receiveMetrics, { body, contentType, now: now(), scopes: LOCAL_SCOPES });
      points.add({ outcome: 'accepted' }, received.accepted);
      points.add({ outcome: 'rejected' }, received.rejected);
      if (/^application\/json\b/i.test(contentType)) return reply.send(metricsResponseJson(received));
      return reply.type('application/x-protobuf').send(Buffer.from(encodeMetricsResponse(received)));
    },
  );
}

/** What has no code of its own is answered 503, for OTLP clients do not send again after 500. */
async function receive(receiveMetrics: ReceiveMetrics, request: MetricsRequest): ReturnType<ReceiveMetrics> {
  try {
    return await receiveMetrics(request);
  } catch (error) {
    if (error instanceof PrumoError) throw error;
    throw new PrumoError('PRUMO_INGEST_FAILED', 'the points could not be taken; the log says more', { cause: error });
  }
}
