import { ELEMENT_TYPES, type ElementType } from '@prumo/agent/profile';
import { z } from 'zod';
import { fieldNameSchema } from './names.ts';
import { thresholdsSchema } from './thresholds.ts';

/** Element types of tensors, as model files name them. */
export const elementTypeSchema = z.enum(ELEMENT_TYPES);

const shared = {
  type: z.enum(['numeric', 'categorical']),
  tensor: fieldNameSchema.optional().describe('Tensor that holds the field; default: the name of the field'),
  dtype: elementTypeSchema.optional().describe('Element type of the tensor; default: as the ONNX file says'),
  min: z.number().optional().describe('Smallest valid value'),
  max: z.number().optional().describe('Greatest valid value'),
  missing: z
    .array(z.union([z.number(), z.string()]))
    .max(64)
    .default([])
    .describe('Values that mean "missing"'),
  thresholds: thresholdsSchema.optional().describe("Limits of this field, in place of the model's"),
};

/** What the rules below look at. */
interface Declaration {
  readonly type: 'numeric' | 'categorical';
  readonly dtype?: ElementType | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly role?: string | undefined;
  readonly threshold?: number | undefined;
}

type Complain = (key: string, message: string) => void;

function checkType(field: Declaration, complain: Complain): void {
  if (field.type === 'numeric') {
    if (field.dtype === 'string') complain('dtype', 'a numeric field cannot have dtype string');
    return;
  }
  if (field.min !== undefined) complain('min', 'only a numeric field has bounds');
  if (field.max !== undefined) complain('max', 'only a numeric field has bounds');
  if (field.role === 'score' || field.role === 'value') {
    complain('role', `a field with role ${field.role} is numeric`);
  }
}

function checkRange(field: Declaration, complain: Complain): void {
  if (field.min !== undefined && field.max !== undefined && field.min > field.max) {
    complain('min', `min (${field.min}) is greater than max (${field.max})`);
  }
  if (field.threshold !== undefined && field.role !== 'score') complain('threshold', 'only a score has a threshold');
}

function checkDeclaration({ value, issues }: z.core.ParsePayload<Declaration>): void {
  const complain: Complain = (key, message) => issues.push({ code: 'custom', path: [key], message, input: value });
  checkType(value, complain);
  checkRange(value, complain);
}

/** An input of a model file. */
export const inputSchema = z.strictObject(shared).check(checkDeclaration);

/** An output of a model file. */
export const outputSchema = z
  .strictObject({
    ...shared,
    role: z.enum(['score', 'label', 'value', 'other']).default('other'),
    class: z
      .union([z.int().nonnegative(), z.string().min(1).max(256)])
      .transform(String)
      .optional()
      .describe('Class that a score belongs to'),
    threshold: z.number().optional().describe('A score at or above it is a positive decision'),
    column: z.int().nonnegative().max(65_535).optional().describe('Column of a [N,D] tensor'),
  })
  .check(checkDeclaration);

/** Fields by name, in the order in which they are written. */
export function fieldsSchema<Field extends z.ZodType<object>>(field: Field) {
  return z
    .record(fieldNameSchema, field)
    .transform((fields) => Object.entries(fields).map(([name, declared]) => ({ name, ...declared })));
}
