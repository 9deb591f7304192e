import { z } from 'zod';
import { healthAnswerSchema, healthQuerySchema } from '../api/health.ts';
import { answers } from './answers.ts';
import type { App, HttpOptions } from './app.ts';

/** `GET /v1/health`: the health of models. */
export function routeHealth(app: App, { registry, questions }: HttpOptions): void {
  app.get(
    '/v1/health',
    {
      schema: {
        summary: 'Health of every model, or of one',
        querystring: healthQuerySchema,
        response: answers(z.array(healthAnswerSchema)),
      },
    },
    async ({ query }) => {
      if (query.model !== undefined) await registry.showModel(query.model);
      return questions.health(query);
    },
  );
}
