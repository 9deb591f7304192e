import { z } from 'zod';
import { durationSchema, parseDuration } from './duration.ts';
import { instantSchema, textSchema } from './names.ts';
import { BACKWARD, isForward, periodParameters, sliceParameters, splitOnce, windowSchema } from './question.ts';

const value = z.number().nullable();

/** The verdict of one field in one window. What is not known is null. */
export const driftRowSchema = z.object({
  window: windowSchema,
  field: z.string(),
  role: z.enum(['input', 'output']),
  predictionLabel: z.string().optional(),
  type: z.enum(['numeric', 'categorical']),
  version: z.string(),
  environment: z.string(),
  segment: z.record(z.string(), z.string()).describe('Empty for all rows'),
  rows: z.number(),
  profiled: z.number(),
  missing: z.number(),
  invalid: z.number(),
  unseen: z.number(),
  outOfRange: z.number(),
  statistics: z.record(z.string(), value),
  decision: z.object({
    statistic: z.string(),
    value,
    threshold: value,
    reference: z.string(),
    n: z.number(),
    m: z.number(),
    overdispersion: z.exactOptional(z.number()).describe('What n was divided by for its significance, 1 or more'),
  }),
  pValue: value,
  qValue: value,
  impact: z.object({
    shift: value,
    movement: value,
    method: z.enum(['response', 'association', 'interval', 'none']),
    low: value,
    high: value,
  }),
  verdict: z.enum(['ok', 'warning', 'critical', 'unknown']),
  reason: z.string(),
  judgedAt: instantSchema,
  adHoc: z.boolean().describe("Whether the question is not the model's own: answered by the same code, not stored"),
});

/** What a window is compared with. */
export type ReferenceChoice =
  | { readonly kind: 'baseline' }
  | { readonly kind: 'trailing'; readonly lengthMs: number }
  | { readonly kind: 'seasonal' }
  | { readonly kind: 'pinned'; readonly from: Date; readonly to: Date };

/** Reads `baseline`, `trailing:28d`, `seasonal` or `pinned:ISO/ISO`; undefined if the text is none of them. */
export function parseReferenceChoice(text: string): ReferenceChoice | undefined {
  if (text === 'baseline' || text === 'seasonal') return { kind: text };
  const [kind, rest] = splitOnce(text, ':');
  if (kind === 'trailing') {
    const lengthMs = parseDuration(rest);
    return lengthMs === undefined || lengthMs === 0 ? undefined : { kind, lengthMs };
  }
  if (kind !== 'pinned') return undefined;
  const [from, to] = splitOnce(rest, '/').map((part) => instantSchema.safeParse(part));
  if (!from?.success || !to?.success) return undefined;
  const period = { kind, from: new Date(from.data), to: new Date(to.data) } as const;
  return period.from < period.to ? period : undefined;
}

const referenceSchema = textSchema('a reference is text').transform((text, context) => {
  const choice = parseReferenceChoice(text);
  if (choice !== undefined) return choice;
  const message = `"${text}" is no reference; write baseline, trailing:28d, seasonal or pinned:FROM/TO (ISO 8601)`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** Parameters of `GET /v1/models/{model}/drift`. */
export const driftQuerySchema = z
  .strictObject({
    ...sliceParameters,
    window: durationSchema.optional(),
    reference: referenceSchema.optional(),
    mode: z.enum(['prumo', 'nannyml', 'evidently']).default('prumo'),
  })
  .refine(isForward, BACKWARD);

/** Parameters of `GET /v1/models/{model}/fields/{field}/distribution`. */
export const distributionQuerySchema = z.strictObject(sliceParameters).refine(isForward, BACKWARD);

/** Body of `POST /v1/models/{model}/judge`: the period to judge; an open end reaches what is stored. */
export const judgeBodySchema = z.strictObject(periodParameters).refine(isForward, BACKWARD);

/** Answer of `POST /v1/models/{model}/judge` and `POST /v1/judge`. */
export const judgeAnswerSchema = z.object({
  windows: z.number(),
  verdicts: z.number(),
  incidents: z.number().describe('New or changed'),
  performanceWindows: z.number().describe('Windows whose performance was judged, each kind and version counted'),
});

export type DriftRow = z.output<typeof driftRowSchema>;
export type DriftQuery = z.output<typeof driftQuerySchema>;
export type DistributionQuery = z.output<typeof distributionQuerySchema>;
export type JudgeAnswer = z.output<typeof judgeAnswerSchema>;
