import { z } from 'zod';
import { instantSchema } from './names.ts';

/** One cell of a field: a bin `(low, high]` (null: open), a category, or what lies outside of them. */
const cellSchema = z.object({
  kind: z.enum(['bin', 'category', 'missing', 'invalid', 'unseen']),
  low: z.number().nullable().optional(),
  high: z.number().nullable().optional(),
  category: z.string().optional(),
  rows: z.number(),
  share: z.number(),
  referenceRows: z.number(),
  referenceShare: z.number(),
});

/** Answer of `GET /v1/models/{model}/fields/{field}/distribution`: a period beside the reference. */
export const distributionAnswerSchema = z.object({
  model: z.string(),
  version: z.string(),
  field: z.string(),
  role: z.enum(['input', 'output']),
  type: z.enum(['numeric', 'categorical']),
  environment: z.string(),
  from: instantSchema,
  to: instantSchema,
  rows: z.number(),
  profiled: z.number(),
  reference: z.string(),
  cells: z.array(cellSchema),
});

export type DistributionAnswer = z.output<typeof distributionAnswerSchema>;
