import { z } from 'zod';
import { modelNameSchema, versionNameSchema } from '../api/names.ts';
import { versionAnswerSchema } from '../api/registration.ts';
import { answers } from './answers.ts';
import { LOCAL_ACTOR, type App, type HttpOptions } from './app.ts';
import { acceptBytes } from './json-body.ts';

const params = z.strictObject({ model: modelNameSchema, version: versionNameSchema });

/** `/v1/models/{model}/versions/{version}`: a version and its ONNX file. */
export function routeVersions(app: App, { registry, limits }: HttpOptions): void {
  acceptBytes(app, 'application/octet-stream');

  app.get(
    '/v1/models/:model/versions/:version',
    { schema: { summary: 'Show a version', params, response: answers(versionAnswerSchema) } },
    ({ params: { model, version } }) => registry.showVersion(model, version),
  );

  app.get(
    '/v1/models/:model/versions/:version/onnx',
    {
      schema: {
        summary: 'Download the ONNX file of a version',
        produces: ['application/octet-stream'],
        params,
        response: answers(z.unknown().describe('The file as it was uploaded')),
      },
      serializerCompiler: () => JSON.stringify,
    },
    async ({ params: { model, version } }, reply) => {
      const bytes = await registry.readOnnx(model, version);
      return reply.type('application/octet-stream').send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
  );

  app.put(
    '/v1/models/:model/versions/:version/onnx',
    {
      bodyLimit: limits.maxOnnxBytes,
      schema: {
        summary: 'Upload the ONNX file that the version declared',
        consumes: ['application/octet-stream'],
        params,
        response: answers(versionAnswerSchema),
      },
    },
    ({ params: { model, version }, body }) => {
      const bytes = body instanceof Uint8Array ? body : new Uint8Array();
      return registry.attachOnnx(model, version, bytes, LOCAL_ACTOR);
    },
  );
}
