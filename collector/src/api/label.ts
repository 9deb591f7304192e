import { z } from 'zod';
import { instantMsSchema, keptTextSchema, modelNameSchema } from './names.ts';

/** Most characters of a label. */
const MAX_LABEL_CHARS = 512;

/** One line of `POST /v1/labels`. Identity: (model, prediction_id); the newest by its own time counts. */
export const labelSchema = z.strictObject({
  prediction_id: keptTextSchema('an id'),
  label: z
    .union([keptTextSchema('a label', MAX_LABEL_CHARS), z.number(), z.boolean()], {
      error: ({ input }) =>
        input === undefined
          ? undefined
          : `a label is a number, a boolean or text of 1 to ${MAX_LABEL_CHARS} characters`,
    })
    .transform(String)
    .describe('What came true; numbers and booleans are kept as text'),
  time: instantMsSchema
    .optional()
    .describe('When it became known, in ISO 8601 with a time zone; without it the arrival counts'),
  model: modelNameSchema.optional().describe('Without it, the label belongs to the one model that has this id'),
});

/** A label as checked; `time` is in milliseconds since 1970. */
export type Label = z.output<typeof labelSchema>;

/** A label as sent. */
export type LabelLine = z.input<typeof labelSchema>;
