import { z } from 'zod';
import { instantSchema, modelNameSchema } from './names.ts';

/** Health of one model in one environment: the worst that is known of it, with the reasons. */
export const healthAnswerSchema = z.object({
  model: z.string(),
  version: z.string().nullable().describe('The version that was judged last; null before any traffic'),
  environment: z.string(),
  verdict: z.enum(['ok', 'warning', 'critical', 'unknown']),
  reasons: z.array(z.string()),
  asOf: instantSchema.nullable().describe('End of the newest judged window'),
  rows: z.number().describe('Rows in the newest judged window'),
  openIncidents: z.number(),
});

/** Parameters of `GET /v1/health`. */
export const healthQuerySchema = z.strictObject({
  model: modelNameSchema.optional(),
  environment: z.string().min(1).max(256).optional(),
});

export type HealthAnswer = z.output<typeof healthAnswerSchema>;
export type HealthQuery = z.output<typeof healthQuerySchema>;
