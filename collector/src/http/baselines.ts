import { z } from 'zod';
import { baselineSchema } from '../api/baseline.ts';
import { modelNameSchema, versionNameSchema } from '../api/names.ts';
import { sealedBaselineSchema } from '../api/registration.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { toBaselineAnswer } from '../registry/version-answer.ts';
import { answers } from './answers.ts';
import { LOCAL_ACTOR, type App, type HttpOptions } from './app.ts';
import { acceptJson } from './json-body.ts';

const params = z.strictObject({ model: modelNameSchema });
const querystring = z.strictObject({ version: versionNameSchema.optional() });

/** `/v1/models/{model}/baseline`: the sealed reference of a version. */
export function routeBaselines(app: App, { registry, limits }: HttpOptions): void {
  acceptJson(app, limits.maxBaselineBytes);

  app.post(
    '/v1/models/:model/baseline',
    {
      bodyLimit: limits.maxBaselineBytes,
      schema: {
        summary: 'Seal a baseline; it is in force from now on',
        params,
        querystring,
        body: baselineSchema,
        response: answers(sealedBaselineSchema),
      },
    },
    ({ params: { model }, query, body }) => {
      checkSame('model', model, body.model);
      if (query.version !== undefined) checkSame('version', query.version, body.version);
      return registry.sealBaseline(body, LOCAL_ACTOR);
    },
  );

  app.get(
    '/v1/models/:model/baseline',
    {
      schema: {
        summary: 'The baseline in force',
        params,
        querystring,
        response: answers(z.object({ baseline: sealedBaselineSchema, reference: z.unknown() })),
      },
    },
    async ({ params: { model }, query }) => {
      const version = await registry.choose(model, query);
      const [sealed, reference] = [version.baselines.at(-1), await registry.referenceOf(version)];
      if (sealed !== undefined) return { baseline: toBaselineAnswer(sealed, true), reference };
      const message = `version "${version.version}" of model "${model}" has no baseline`;
      throw new PrumoError('PRUMO_BASELINE_MISSING', message);
    },
  );
}

function checkSame(what: string, asked: string, given: string): void {
  if (asked === given) return;
  throw new PrumoError('PRUMO_INPUT_INVALID', `body: ${what} is "${given}", the address says "${asked}"`);
}
