import { z } from 'zod';
import { modelNameSchema, versionNameSchema } from './names.ts';
import { fieldSchema } from './registration.ts';

const hash = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .describe('First 32 hexadecimal digits of the SHA-256 of the layout');

/** Layout of a field with a baseline; bins are `(a, b]`. */
const fieldLayoutSchema = z.discriminatedUnion('kind', [
  z.object({ hash, kind: z.literal('edges'), bounds: z.array(z.number()) }),
  z.object({ hash, kind: z.literal('categories'), categories: z.array(z.string()) }),
]);

/** Answer of `GET /v1/models/{model}/layouts`: what an agent needs to profile a version. */
export const layoutsAnswerSchema = z.object({
  format: z.literal(1),
  model: modelNameSchema,
  version: versionNameSchema,
  fields: z.array(
    fieldSchema.extend({
      outputRole: z.enum(['score', 'label', 'value', 'other']).optional().describe('Of outputs: their role'),
      layout: fieldLayoutSchema.optional().describe('Absent before a baseline'),
    }),
  ),
  segments: z.array(z.string()),
});

export type LayoutsAnswer = z.output<typeof layoutsAnswerSchema>;
export type FieldLayout = z.output<typeof fieldLayoutSchema>;
