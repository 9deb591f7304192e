import { z } from 'zod';
import { layoutsAnswerSchema } from '../api/layouts.ts';
import { modelNameSchema, sha256Schema, versionNameSchema } from '../api/names.ts';
import { sha256 } from '../registry/sha256.ts';
import { answers } from './answers.ts';
import type { App, HttpOptions } from './app.ts';

/** `GET /v1/models/{model}/layouts`: how agents are to profile a version; `ETag` and 304. */
export function routeLayouts(app: App, { registry }: HttpOptions): void {
  app.get(
    '/v1/models/:model/layouts',
    {
      schema: {
        summary: 'Layouts of a version, named or by the hash of its ONNX file; with neither, of the newest one',
        params: z.strictObject({ model: modelNameSchema }),
        querystring: z.strictObject({ sha256: sha256Schema.optional(), version: versionNameSchema.optional() }),
        response: { ...answers(layoutsAnswerSchema), 304: z.undefined().describe('Nothing has changed') },
      },
    },
    async ({ params: { model }, query, headers }, reply) => {
      const answer = await registry.layoutsFor(model, query);
      const etag = `"${sha256(JSON.stringify(answer)).slice(0, 32)}"`;
      reply.header('etag', etag).header('cache-control', 'no-cache');
      if (isKnown(headers['if-none-match'], etag)) return reply.status(304).send();
      return answer;
    },
  );
}

/** Proxies may make an `ETag` weak; for this comparison that does not matter (RFC 9110, 13.1.2). */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((given) => ['*', etag, `W/${etag}`].includes(given.trim()));
}
