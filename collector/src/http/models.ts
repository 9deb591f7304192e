import { z } from 'zod';
import { questionInstantSchema } from '../api/question.ts';
import { modelNameSchema } from '../api/names.ts';
import { modelAnswerSchema, registrationSchema, versionAnswerSchema } from '../api/registration.ts';
import { answers } from './answers.ts';
import { LOCAL_ACTOR, type App, type HttpOptions } from './app.ts';

/** `/v1/models`: what is registered. */
export function routeModels(app: App, { registry }: HttpOptions): void {
  app.get(
    '/v1/models',
    {
      schema: {
        summary: 'List models',
        querystring: z.strictObject({ asOf: questionInstantSchema.optional() }),
        response: answers(z.array(modelAnswerSchema)),
      },
    },
    async ({ query }) => {
      await registry.refresh();
      return registry.listModels(query.asOf);
    },
  );

  app.post(
    '/v1/models',
    {
      schema: {
        summary: 'Register a model and a version; again with the same content changes nothing',
        body: registrationSchema,
        response: answers(versionAnswerSchema),
      },
    },
    ({ body }) => registry.register(body, LOCAL_ACTOR),
  );

  app.get(
    '/v1/models/:model',
    {
      schema: {
        summary: 'Show a model',
        params: z.strictObject({ model: modelNameSchema }),
        response: answers(modelAnswerSchema),
      },
    },
    ({ params }) => registry.showModel(params.model),
  );
}
