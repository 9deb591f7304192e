import { z } from 'zod';
import { elementTypeSchema } from './field-declaration.ts';
import { modelFileSchema } from './model-file.ts';
import { instantSchema, modelNameSchema, sha256Schema, versionNameSchema } from './names.ts';

/** Body of `POST /v1/models`: registers a model and its version. */
export const registrationSchema = z.strictObject({
  modelFile: z
    .record(z.string(), z.unknown())
    .meta(z.toJSONSchema(modelFileSchema, { io: 'input' }) as Record<string, unknown>)
    .describe('The content of prumo.model.yaml'),
  onnxSha256: sha256Schema
    .optional()
    .describe('SHA-256 of the ONNX file; the version is complete once that file is uploaded'),
});

/** A tensor of an ONNX graph. */
const tensorSchema = z.object({
  name: z.string(),
  elementType: z.string().describe('As ONNX names it: float32, string, bfloat16; or sequence, map, optional'),
  shape: z
    .array(z.union([z.number(), z.string(), z.null()]))
    .nullable()
    .describe('A number, a name, or null where unknown'),
});

/** What was read from the ONNX file of a version. */
const onnxSummarySchema = z.object({
  sha256: sha256Schema,
  sizeBytes: z.number(),
  irVersion: z.number(),
  opset: z.number().nullable().describe('Version of the default operator set'),
  producer: z.string(),
  inputs: z.array(tensorSchema),
  outputs: z.array(tensorSchema),
});

/** One field of a version, resolved against its ONNX file. */
export const fieldSchema = z.object({
  name: z.string(),
  role: z.enum(['input', 'output']),
  type: z.enum(['numeric', 'categorical']),
  tensor: z.string(),
  column: z.int().nullable().describe('Index in a [N,D] tensor; null where the field has its tensor to itself'),
  elementType: elementTypeSchema,
  missing: z.array(z.union([z.number(), z.string()])),
  predictionLabel: z.string().optional(),
});

/** A baseline of a version; the newest one is in force. */
export const sealedBaselineSchema = z.object({
  kind: z.enum(['training', 'heldout', 'production']),
  hash: sha256Schema,
  rows: z.number(),
  sealedAt: instantSchema,
  inForce: z.boolean(),
});

/** A registered version. */
export const versionAnswerSchema = z.object({
  model: modelNameSchema,
  version: versionNameSchema,
  registeredAt: instantSchema,
  complete: z.boolean().describe('false while the declared ONNX file has not been uploaded'),
  onnxSha256: sha256Schema.nullable(),
  onnx: onnxSummarySchema.nullable(),
  modelFile: z.record(z.string(), z.unknown()),
  fields: z.array(fieldSchema),
  segments: z.array(z.string()),
  baselines: z.array(sealedBaselineSchema),
});

/** A registered model with a line per version. */
export const modelAnswerSchema = z.object({
  model: modelNameSchema,
  task: z.enum(['binary', 'multiclass', 'regression']),
  owner: z.string().nullable(),
  riskTier: z.enum(['high', 'medium', 'low']).nullable(),
  registeredAt: instantSchema,
  versions: z.array(
    versionAnswerSchema.pick({ version: true, registeredAt: true, complete: true, onnxSha256: true }).extend({
      baseline: sealedBaselineSchema.nullable(),
    }),
  ),
});

export type Registration = z.output<typeof registrationSchema>;
export type VersionAnswer = z.output<typeof versionAnswerSchema>;
export type ModelAnswer = z.output<typeof modelAnswerSchema>;
export type FieldAnswer = z.output<typeof fieldSchema>;
export type SealedBaselineAnswer = z.output<typeof sealedBaselineSchema>;
