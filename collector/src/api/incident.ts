import { z } from 'zod';
import { instantSchema, modelNameSchema } from './names.ts';

/** One field or metric that moved during an incident. */
const memberSchema = z.object({
  field: z.string(),
  version: z.string().optional(),
  statistic: z.string(),
  value: z.number(),
  threshold: z.number(),
  movement: z.number().nullable(),
  detectedAt: instantSchema,
  reason: z.string(),
});

/** An incident of a model; its members are ranked by impact, greatest first. */
export const incidentAnswerSchema = z.object({
  id: z.string(),
  model: z.string(),
  environment: z.string(),
  kind: z.enum(['skew', 'drift', 'data quality', 'performance', 'concept drift', 'traffic', 'governance']),
  status: z.enum(['open', 'closed']),
  from: instantSchema.describe('Start of the first window that is not ok'),
  detectedAt: instantSchema.describe('End of the window at which it opened'),
  closedAt: instantSchema.nullable(),
  members: z.array(memberSchema),
});

/** Parameters of `GET /v1/incidents`. */
export const incidentQuerySchema = z.strictObject({
  model: modelNameSchema.optional(),
  environment: z.string().min(1).max(256).optional(),
  status: z.enum(['open', 'closed']).optional(),
});

export type IncidentAnswer = z.output<typeof incidentAnswerSchema>;
export type IncidentQuery = z.output<typeof incidentQuerySchema>;
