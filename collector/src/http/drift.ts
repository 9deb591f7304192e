import { z } from 'zod';
import { distributionAnswerSchema } from '../api/distribution.ts';
import {
  distributionQuerySchema,
  driftQuerySchema,
  driftRowSchema,
  judgeAnswerSchema,
  judgeBodySchema,
} from '../api/drift.ts';
import { fieldNameSchema, modelNameSchema } from '../api/names.ts';
import { explainUnknownName } from '../errors/check-input.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { answers } from './answers.ts';
import type { App, HttpOptions } from './app.ts';

const params = z.strictObject({ model: modelNameSchema });

/** `/v1/models/{model}/drift` and what belongs to it. */
export function routeDrift(app: App, { registry, questions }: HttpOptions): void {
  app.get(
    '/v1/models/:model/drift',
    {
      schema: {
        summary: 'Verdicts of fields by window',
        params,
        querystring: driftQuerySchema,
        response: answers(z.array(driftRowSchema)),
      },
    },
    async ({ params: { model }, query }) => {
      await registry.choose(model, { version: query.version });
      return questions.drift(model, query);
    },
  );

  app.get(
    '/v1/models/:model/fields/:field/distribution',
    {
      schema: {
        summary: 'Counts of a field over a period, beside its reference',
        params: params.extend({ field: fieldNameSchema }),
        querystring: distributionQuerySchema,
        response: answers(distributionAnswerSchema),
      },
    },
    async ({ params: { model, field }, query }) => {
      const { fields } = await registry.choose(model, { version: query.version });
      const names = fields.map(({ name }) => name);
      if (names.includes(field)) return questions.distribution(model, field, query);
      throw new PrumoError('PRUMO_FIELD_UNKNOWN', `model "${model}": ${explainUnknownName('field', field, names)}`);
    },
  );

  app.post(
    '/v1/models/:model/judge',
    {
      schema: {
        summary: 'Roll up and judge now what is stored; answered when all is judged',
        params,
        body: judgeBodySchema.nullable().describe('Without a body: all that is stored'),
        response: answers(judgeAnswerSchema),
      },
    },
    async ({ params: { model }, body }) => {
      await registry.choose(model, {});
      return questions.judge(model, body ?? {});
    },
  );
}
