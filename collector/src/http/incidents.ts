import { z } from 'zod';
import { incidentAnswerSchema, incidentQuerySchema } from '../api/incident.ts';
import { answers } from './answers.ts';
import type { App, HttpOptions } from './app.ts';

/** `GET /v1/incidents`. */
export function routeIncidents(app: App, { registry, questions }: HttpOptions): void {
  app.get(
    '/v1/incidents',
    {
      schema: {
        summary: 'Incidents, newest first',
        querystring: incidentQuerySchema,
        response: answers(z.array(incidentAnswerSchema)),
      },
    },
    async ({ query }) => {
      if (query.model !== undefined) await registry.showModel(query.model);
      return questions.incidents(query);
    },
  );
}
