import { z } from 'zod';
import { durationSchema, parseDuration } from './duration.ts';
import { instantSchema, textSchema, versionNameSchema } from './names.ts';

const value = z.number().nullable();

/** A half-open interval of event time, UTC. */
const windowSchema = z.object({ start: instantSchema, end: instantSchema });

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

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

const referenceSchema = textSchema('a reference is text').transform((text, context) => {
  const choice = parseReferenceChoice(text);
  if (choice !== undefined) return choice;
  const message = `"${text}" is no reference; write baseline, trailing:28d, seasonal or pinned:FROM/TO (ISO 8601)`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const SEGMENT = /^[A-Za-z_][A-Za-z0-9_.-]{0,62}=/;

/** `k=v`, once or repeated. */
const segmentSchema = z
  .union([z.string(), z.array(z.string()).max(8)], 'a segment is written k=v')
  .transform((given, context) => {
    const pairs = typeof given === 'string' ? [given] : given;
    if (pairs.every((pair) => SEGMENT.test(pair))) return Object.fromEntries(pairs.map((pair) => splitOnce(pair, '=')));
    context.addIssue({ code: 'custom', message: 'a segment is written k=v, as channel=app' });
    return z.NEVER;
  });

/** An instant of a question, as a `Date`. */
export const questionInstantSchema = instantSchema.transform((text) => new Date(text));

/** Whether a period runs forward; either end may be open. */
function isForward({ from, to }: { from?: Date | undefined; to?: Date | undefined }): boolean {
  return from === undefined || to === undefined || from < to;
}

const BACKWARD = { message: 'from is not before to', path: ['from'] };

const period = { from: questionInstantSchema.optional(), to: questionInstantSchema.optional() };

const slice = {
  version: versionNameSchema.optional(),
  ...period,
  segment: segmentSchema.optional(),
  environment: z.string().min(1).max(256).optional(),
};

/** Parameters of `GET /v1/models/{model}/drift`. */
export const driftQuerySchema = z
  .strictObject({
    ...slice,
    window: durationSchema.optional(),
    reference: referenceSchema.optional(),
    mode: z.enum(['prumo', 'nannyml', 'evidently']).default('prumo'),
  })
  .refine(isForward, BACKWARD);

/** Parameters of `GET /v1/models/{model}/fields/{field}/distribution`. */
export const distributionQuerySchema = z.strictObject(slice).refine(isForward, BACKWARD);

/** Body of `POST /v1/models/{model}/judge`: the period to judge; an open end reaches what is stored. */
export const judgeBodySchema = z.strictObject(period).refine(isForward, BACKWARD);

/** Answer of `POST /v1/models/{model}/judge`. */
export const judgeAnswerSchema = z.object({ windows: z.number(), verdicts: z.number(), incidents: z.number() });

export type DriftRow = z.output<typeof driftRowSchema>;
export type DriftQuery = z.output<typeof driftQuerySchema>;
export type DistributionQuery = z.output<typeof distributionQuerySchema>;
export type JudgeAnswer = z.output<typeof judgeAnswerSchema>;
