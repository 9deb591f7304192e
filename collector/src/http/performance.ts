import { z } from 'zod';
import { judgeAnswerSchema } from '../api/drift.ts';
import { modelNameSchema } from '../api/names.ts';
import { performanceQuerySchema, performanceRowSchema } from '../api/performance.ts';
import { answers } from './answers.ts';
import type { App, HttpOptions } from './app.ts';

/** `/v1/models/{model}/performance`, and judging of all that came. */
export function routePerformance(app: App, { registry, questions }: HttpOptions): void {
  app.get(
    '/v1/models/:model/performance',
    {
      schema: {
        summary: 'Realized and estimated performance by window',
        params: z.strictObject({ model: modelNameSchema }),
        querystring: performanceQuerySchema,
        response: answers(z.array(performanceRowSchema)),
      },
    },
    async ({ params: { model }, query }) => {
      await registry.choose(model, { version: query.version });
      return questions.performance(model, query);
    },
  );

  app.post(
    '/v1/judge',
    {
      schema: {
        summary: 'Store, roll up, join and judge now all that has come, of every model; answered when all is judged',
        body: z.strictObject({}).nullable(),
        response: answers(judgeAnswerSchema),
      },
    },
    () => questions.judgeAll(),
  );
}
