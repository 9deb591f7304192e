import swagger from '@fastify/swagger';
import { fastify, LogController, type FastifyReply } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { checkInput } from '../errors/check-input.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { App, HttpOptions } from './app.ts';
import { acceptJson } from './json-body.ts';
import { countRequests } from './request-metrics.ts';
import { toProblem } from './problem.ts';
import { routeBaselines } from './baselines.ts';
import { drainRequest } from './drain-request.ts';
import { routeDocs } from './docs.ts';
import { routeDrift } from './drift.ts';
import { routeHealth } from './health.ts';
import { routeIncidents } from './incidents.ts';
import { routeLayouts } from './layouts.ts';
import { routeLabels } from './labels.ts';
import { routeModels } from './models.ts';
import { routePerformance } from './performance.ts';
import { routePredictions } from './predictions.ts';
import { routeProbes } from './probes.ts';
import { routeTelemetry } from './telemetry.ts';
import { routeVersions } from './versions.ts';

/** Longest path parameter: a name of 256 characters, each as up to four encoded bytes. */
const MAX_PARAM_LENGTH = 256 * 12;

/** Builds the HTTP interface. It listens only when told to (`listen`). */
export async function createHttp(options: HttpOptions): Promise<App> {
  const app: App = fastify({
    bodyLimit: options.limits.maxBodyBytes,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _request, reply) => answerError(error, reply),
    ...(options.logger === undefined
      ? {}
      : { loggerInstance: options.logger, logController: new LogController({ disableRequestLogging: true }) }),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler<z.ZodType>(
    ({ schema, httpPart }) =>
      (data) =>
        validate(schema, data, httpPart ?? 'request'),
  );
  app.setSerializerCompiler(serializerCompiler);
  answerErrors(app);
  acceptJson(app, options.limits.maxDecompressedBytes);
  countRequests(app, options.metrics);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Prumo', version: '1', description: 'Model observability: profiles in, drift and incidents out.' },
    },
    transform: jsonSchemaTransform,
  });
  // Registered one by one, each in a scope of its own: content types of one route are not those of another.
  for (const route of ROUTES) await app.register((scope: App) => route(scope, options));
  await app.ready();
  return app;
}

const ROUTES: readonly ((app: App, options: HttpOptions) => void)[] = [
  routeTelemetry,
  routePredictions,
  routeLabels,
  routeModels,
  routeVersions,
  routeBaselines,
  routeLayouts,
  routeDrift,
  routePerformance,
  routeIncidents,
  routeHealth,
  routeProbes,
  routeDocs,
];

const PARTS: Readonly<Record<string, string>> = { params: 'path', querystring: 'query' };

function validate(schema: z.ZodType, data: unknown, part: string): { value: unknown } | { error: Error } {
  try {
    return { value: checkInput(schema, data, { code: 'PRUMO_INPUT_INVALID', what: PARTS[part] ?? part }) };
  } catch (error) {
    return { error: error as Error };
  }
}

function answerError(error: unknown, reply: FastifyReply): string {
  const { body, headers } = toProblem(error);
  void reply.status(body.status).headers(headers).serializer(JSON.stringify).send(body);
  return body.code;
}

function answerErrors(app: App): void {
  app.setErrorHandler(async (error, request, reply) => {
    await drainRequest(request.raw);
    const code = answerError(error, reply);
    if (reply.statusCode >= 500) request.log.error({ err: error, route: request.routeOptions.url }, code);
  });
  app.setNotFoundHandler((request) => {
    throw new PrumoError('PRUMO_ROUTE_UNKNOWN', `there is no ${request.method} ${request.url.split('?', 1)[0] ?? ''}`);
  });
}
