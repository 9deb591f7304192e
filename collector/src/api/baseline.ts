import { decodeProfile, validateEdges, type EncodedProfile } from '@prumo/agent/profile';
import { z } from 'zod';
import { elementTypeSchema } from './field-declaration.ts';
import { fieldNameSchema, instantSchema, modelNameSchema, versionNameSchema } from './names.ts';
import { performanceReferenceSchema } from './performance-reference.ts';

const count = z.int().nonnegative();

/** Runs a check that throws and reports its message as an issue. */
function checked<Value>(check: (value: Value) => void) {
  return (payload: z.core.ParsePayload<Value>): void => {
    try {
      check(payload.value);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      payload.issues.push({ code: 'custom', message, input: payload.value });
    }
  };
}

/** A profile as `encodeProfile` writes it. */
const profileSchema = z
  .custom<EncodedProfile>((value) => typeof value === 'object' && value !== null, 'a profile is expected')
  .check(checked((profile) => void decodeProfile(profile)))
  .meta({ type: 'object', description: 'A profile, as docs/format describes it' });

const layoutSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('edges'),
    bounds: z.array(z.number()).check(checked((bounds) => validateEdges(bounds))),
  }),
  z.strictObject({ kind: z.literal('categories'), categories: z.array(z.string()).max(10_000) }),
]);

const fieldSchema = z.strictObject({
  name: fieldNameSchema,
  role: z.enum(['input', 'output']),
  type: z.enum(['numeric', 'categorical']),
  elementType: elementTypeSchema,
  layout: layoutSchema,
  profile: profileSchema,
  chunks: z.array(profileSchema).max(10_000),
  moments: z.exactOptional(
    z.strictObject({ mean: z.number(), std: z.number().nonnegative(), min: z.number(), max: z.number() }),
  ),
  partitions: z.exactOptional(
    z.strictObject({
      deciles: z.array(z.number()),
      doane: z.exactOptional(z.array(z.number())),
      distinct: z.boolean(),
    }),
  ),
  response: z.exactOptional(
    z.strictObject({ method: z.enum(['response', 'association']), cells: z.record(z.string(), z.number()) }),
  ),
  predictionLabel: z.exactOptional(z.string()),
});

/** Body of `POST /v1/models/{model}/baseline`: the reference of a version, which sealing freezes. */
export const baselineSchema = z.strictObject({
  format: z.literal(1),
  model: modelNameSchema,
  version: versionNameSchema,
  kind: z.enum(['training', 'heldout', 'production']),
  rows: count,
  chunkRows: z.array(count).max(10_000),
  start: z.exactOptional(instantSchema),
  end: z.exactOptional(instantSchema),
  scoreRange: z.exactOptional(z.strictObject({ low: z.number(), high: z.number() })),
  fields: z.array(fieldSchema).min(1).max(10_000),
  warnings: z.array(z.string()).max(10_000),
  performance: z.exactOptional(performanceReferenceSchema),
});

export type Baseline = z.output<typeof baselineSchema>;
