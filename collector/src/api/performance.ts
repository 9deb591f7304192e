import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { instantSchema, segmentKeySchema } from './names.ts';
import { PERFORMANCE_METRICS } from './performance-metric.ts';
import { BACKWARD, isForward, questionInstantSchema, sliceParameters, windowSchema } from './question.ts';

const value = z.number().nullable();
const verdict = z.enum(['ok', 'warning', 'critical', 'unknown']);

/** A metric in one window, with its 95 % interval and what is expected. What is not known is null. */
const metricSchema = z.object({
  value,
  low: value,
  high: value,
  expected: value.describe('Over the labeled rows of the baseline'),
  lowerLimit: value,
  upperLimit: value,
  verdict,
  reason: z.string(),
  realized: z.exactOptional(z.number()).describe('Kind concept: what the labels say'),
  estimated: z.exactOptional(z.number()).describe('Kind concept: the estimate on the same labeled rows'),
});

const bandSchema = z.object({
  low: z.number(),
  high: z.number(),
  rows: z.number(),
  positives: z.number(),
  meanScore: z.number(),
  observedRate: z.number(),
});

const classSchema = z.object({
  label: z.string(),
  precision: value,
  recall: value,
  f1: value,
  support: z.number().describe('Labeled rows of the class'),
});

/** Labeled and unlabeled rows compared by their scores: what the labels were selected by. */
const selectionSchema = z.object({
  unlabeledRows: z.number(),
  meanScoreLabeled: value,
  meanScoreUnlabeled: value,
  ks: value.describe('Greatest difference of the two distributions of scores'),
  statement: z.string(),
});

/** How a slice compares with all rows. */
const rankSchema = z.object({
  rank: z.int().describe('1: the worst'),
  value: value.describe('The primary metric, drawn toward that of all rows by how uncertain it is'),
  low: value,
  high: value,
  whole: value.describe('The primary metric over all rows'),
});

/** The performance of one version in one window. */
export const performanceRowSchema = z.object({
  window: windowSchema,
  kind: z.enum(['realized', 'estimated', 'concept']),
  version: z.string(),
  environment: z.string(),
  servingRole: z.enum(['champion', 'shadow', 'canary']),
  segment: z.record(z.string(), z.string()).describe('Empty for all rows'),
  rows: z.number().describe('Rows that the model scored'),
  labels: z.number().describe('Rows of them that have a label'),
  coverage: value.describe('Labels over the rows that can get one'),
  mature: z.boolean().describe('Whether (nearly) all labels have come; an immature window is shown, never alarmed'),
  metrics: z.partialRecord(z.enum(PERFORMANCE_METRICS), metricSchema),
  primary: z.enum(PERFORMANCE_METRICS),
  verdict,
  reason: z.string(),
  absent: z.exactOptional(z.number()).describe('Labels that are set by the policy for absent ones'),
  unobservable: z.exactOptional(z.number()).describe('Rows that can never get a label'),
  unusable: z.exactOptional(z.number()).describe('Labeled rows left out: without a score, or with an unknown label'),
  corrections: z.exactOptional(z.number()).describe('Labels that were changed after they had come'),
  delay: z.exactOptional(z.object({ medianMs: z.number(), p95Ms: z.number() })).describe('From prediction to label'),
  selection: z.exactOptional(selectionSchema),
  confusion: z.exactOptional(z.object({ tp: z.number(), fp: z.number(), fn: z.number(), tn: z.number() })),
  bands: z.exactOptional(z.array(bandSchema)),
  classes: z.exactOptional(z.array(classSchema)),
  positiveRate: z.exactOptional(value).describe('By segment: share of positive decisions'),
  positiveRateRatio: z.exactOptional(value).describe('By segment: over that of the largest segment'),
  rank: z.exactOptional(rankSchema),
  judgedAt: instantSchema,
  adHoc: z.boolean().describe("Whether the question is not the model's own: answered by the same code, not stored"),
});

/** Parameters of `GET /v1/models/{model}/performance`. */
export const performanceQuerySchema = z
  .strictObject({
    ...sliceParameters,
    kind: z.enum(['realized', 'estimated', 'both', 'concept']).default('both'),
    window: durationSchema.optional(),
    by: segmentKeySchema
      .optional()
      .describe('A declared segment key: one row per value over the whole period, worst first'),
    asOf: questionInstantSchema.optional().describe('What was known at that instant'),
  })
  .refine(isForward, BACKWARD);

export type PerformanceRow = z.output<typeof performanceRowSchema>;
export type PerformanceQuery = z.output<typeof performanceQuerySchema>;
