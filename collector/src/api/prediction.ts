import { z } from 'zod';
import {
  fieldNameSchema,
  instantMsSchema,
  keptTextSchema,
  modelNameSchema,
  segmentKeySchema,
  sha256Schema,
  versionNameSchema,
} from './names.ts';

/** Most characters of a text that an output or an input holds. */
const MAX_VALUE_CHARS = 512;
const MAX_VALUES = 1000;
const MAX_SEGMENT_KEYS = 8;

/** Values by the name of their field. */
const valuesSchema = (what: string) => {
  const message = `${what} is a number, a boolean, null or text of at most ${MAX_VALUE_CHARS} characters`;
  // Numbers first: they are the most frequent, and a refused alternative costs more than one that fits.
  const value = z.union([z.number(), keptTextSchema(what, MAX_VALUE_CHARS), z.boolean(), z.null()], message);
  return z
    .record(fieldNameSchema, value)
    .refine((values) => Object.keys(values).length <= MAX_VALUES, `at most ${MAX_VALUES} are allowed`)
    .default({});
};

/**
 * One row of `POST /v1/predictions`. Identity: (model, environment, id, time, version, sha256, serving_role); sent again it replaces
 * itself.
 */
export const predictionSchema = z
  .strictObject({
    model: modelNameSchema,
    version: versionNameSchema.optional(),
    sha256: sha256Schema.optional().describe('SHA-256 of the ONNX file; it or the version is required'),
    environment: keptTextSchema('an environment', 512).default('production'),
    segment: z
      .record(segmentKeySchema, keptTextSchema('a segment value', 512))
      .refine(
        (segment) => Object.keys(segment).length <= MAX_SEGMENT_KEYS,
        `at most ${MAX_SEGMENT_KEYS} keys are allowed`,
      )
      .default({})
      .describe('Values of the declared segment keys'),
    serving_role: z.enum(['champion', 'shadow', 'canary']).optional(),
    id: keptTextSchema('an id'),
    time: instantMsSchema.describe('When it was predicted, in ISO 8601 with a time zone; kept to the millisecond'),
    score: z.number('a finite number or null is expected').nullable().optional(),
    outputs: valuesSchema('an output').describe('Every output by the name of its field'),
    inputs: valuesSchema('an input').describe('Inputs that are to be kept, by the name of their field'),
    weight: z.number().positive('a weight is greater than 0').default(1).describe('Rows that this one stands for'),
  })
  .refine(({ version, sha256 }) => version !== undefined || sha256 !== undefined, {
    path: ['version'],
    message: 'version or sha256 is required',
  });

/** A prediction as checked; `time` is in milliseconds since 1970. */
export type Prediction = z.output<typeof predictionSchema>;

/** A prediction as sent. */
export type PredictionLine = z.input<typeof predictionSchema>;

/** Answer of `POST /v1/predictions` and `POST /v1/labels`. */
export const acceptedSchema = z.object({ accepted: z.int().describe('Rows that are on disk now') });

export type Accepted = z.output<typeof acceptedSchema>;
