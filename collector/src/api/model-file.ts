import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { fieldsSchema, inputSchema, outputSchema } from './field-declaration.ts';
import { fieldNameSchema, modelNameSchema, segmentKeySchema, textSchema, versionNameSchema } from './names.ts';
import { PERFORMANCE_METRICS, metricFits, type PerformanceMetric } from './performance-metric.ts';
import { thresholdsSchema } from './thresholds.ts';

/** Most fields of a model; agents refuse more. */
const MAX_FIELDS = 5000;

const HOUR_MS = 3_600_000;

/** What a model file may leave out. */
const MODEL_FILE_DEFAULTS = {
  windows: { drift: '1d', performance: '1d', grace: '5m' },
  alerts: { falsePerWeek: 0.1 },
  minRows: 200,
} as const;

const windowSchema = durationSchema.refine((windowMs) => windowMs % HOUR_MS === 0, {
  message: 'a window is a whole number of hours, as 1h or 1d',
});

const windowsSchema = z
  .strictObject({
    drift: windowSchema.prefault(MODEL_FILE_DEFAULTS.windows.drift),
    performance: windowSchema.prefault(MODEL_FILE_DEFAULTS.windows.performance),
    grace: durationSchema.prefault(MODEL_FILE_DEFAULTS.windows.grace),
  })
  .transform(({ drift, performance, grace }) => ({ driftMs: drift, performanceMs: performance, graceMs: grace }));

const labelsSchema = z
  .strictObject({
    horizon: durationSchema.optional().describe('Time after which a row without a label counts as `absent`'),
    absent: textSchema('a label is text: write it in quotes, as "0"').optional(),
    observedWhen: z
      .record(fieldNameSchema, textSchema('an output value is text: write it in quotes, as "1"'))
      .optional()
      .describe('Outputs that a row must have to get a label at all'),
  })
  .transform(({ horizon, ...rest }) => ({ ...rest, ...(horizon === undefined ? {} : { horizonMs: horizon }) }));

const businessSchema = z.strictObject({
  falsePositive: z.number().optional(),
  falseNegative: z.number().optional(),
  truePositive: z.number().optional(),
  trueNegative: z.number().optional(),
  amount: fieldNameSchema.optional().describe('Column that the value is multiplied with'),
});

const performanceSchema = z.strictObject({
  primary: z
    .enum(PERFORMANCE_METRICS)
    .optional()
    .describe("Metric whose verdict is the window's; default: roc_auc, or rmse"),
  topShare: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('Share of rows with the highest scores that precision_at_k, recall_at_k and lift look at; default 0.1'),
});

/** Format of the file; a file without the key has format 1. */
const MODEL_FILE_FORMAT = 1;

/** Schema of `prumo.model.yaml`: what a model is, which fields it has and how it is judged. Unknown keys are refused. */
export const modelFileSchema = z
  .strictObject({
    format: z.literal(MODEL_FILE_FORMAT, `this Prumo reads format ${MODEL_FILE_FORMAT}`).default(MODEL_FILE_FORMAT),
    model: modelNameSchema,
    version: versionNameSchema,
    task: z.enum(['binary', 'multiclass', 'regression']),
    owner: z.string().min(1).max(256).optional(),
    riskTier: z.enum(['high', 'medium', 'low']).optional(),
    onnx: z.string().min(1).max(4096).optional().describe('Path of the ONNX file, from the folder of this file'),
    id: fieldNameSchema.optional().describe('Column of data files that names a row'),
    time: fieldNameSchema.optional().describe('Column of data files with the time of a row'),
    label: fieldNameSchema.optional().describe('Column of data files with what came true'),
    inputs: fieldsSchema(inputSchema),
    outputs: fieldsSchema(outputSchema).prefault({}),
    ignore: z.array(fieldNameSchema).max(5000).default([]).describe('Columns of data files that are no fields'),
    segments: z.array(segmentKeySchema).max(8).default([]),
    windows: windowsSchema.prefault({}),
    labels: labelsSchema.optional(),
    performance: performanceSchema.optional(),
    business: businessSchema.optional(),
    thresholds: thresholdsSchema.default({}),
    alerts: z
      .strictObject({ falsePerWeek: z.number().positive().max(100).default(MODEL_FILE_DEFAULTS.alerts.falsePerWeek) })
      .prefault({}),
    minRows: z.int().min(1).max(1_000_000_000).default(MODEL_FILE_DEFAULTS.minRows),
  })
  .check(checkNames, checkTensors, checkPrimary);

interface CheckedFile {
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly inputs: readonly CheckedField[];
  readonly outputs: readonly CheckedField[];
  readonly ignore: readonly string[];
  readonly segments: readonly string[];
  readonly labels?: { readonly observedWhen?: Readonly<Record<string, string>> | undefined } | undefined;
  readonly performance?: { readonly primary?: PerformanceMetric | undefined } | undefined;
}

interface CheckedField {
  readonly name: string;
  readonly tensor?: string | undefined;
  readonly dtype?: string | undefined;
}

type Payload = z.core.ParsePayload<CheckedFile>;

function checkNames({ value, issues }: Payload): void {
  const complain = (path: (string | number)[], message: string) =>
    issues.push({ code: 'custom', path, message, input: value });
  const inputs = new Set(value.inputs.map((field) => field.name));
  const outputs = new Set(value.outputs.map((field) => field.name));
  const fields = inputs.size + outputs.size;
  if (fields === 0) complain(['inputs'], 'a model has at least one field');
  if (fields > MAX_FIELDS) complain(['inputs'], `at most ${MAX_FIELDS} fields are allowed`);
  for (const name of outputs) {
    if (inputs.has(name)) complain(['outputs', name], 'an input has the same name; every field has a name of its own');
  }
  for (const [i, name] of value.ignore.entries()) {
    if (inputs.has(name) || outputs.has(name)) complain(['ignore', i], `"${name}" is a field; remove it here or there`);
  }
  for (const [i, key] of value.segments.entries()) {
    if (value.segments.indexOf(key) !== i) complain(['segments', i], `"${key}" is named twice`);
  }
  for (const name of Object.keys(value.labels?.observedWhen ?? {})) {
    if (!outputs.has(name)) complain(['labels', 'observedWhen', name], 'there is no such output');
  }
}

/** Fields of one tensor have one element type. */
function checkTensors({ value, issues }: Payload): void {
  for (const role of ['inputs', 'outputs'] as const) {
    const typeOf = new Map<string, string>();
    for (const field of value[role]) {
      if (field.dtype === undefined) continue;
      const tensor = field.tensor ?? field.name;
      const known = typeOf.get(tensor) ?? field.dtype;
      typeOf.set(tensor, known);
      if (known === field.dtype) continue;
      const message = `tensor "${tensor}" has fields of dtype ${known} and of ${field.dtype}; a tensor has one`;
      issues.push({ code: 'custom', path: [role, field.name, 'dtype'], message, input: value });
    }
  }
}

function checkPrimary({ value, issues }: Payload): void {
  const primary = value.performance?.primary;
  if (primary === undefined || metricFits(primary, value.task)) return;
  const message = `"${primary}" is no metric of a ${value.task} model`;
  issues.push({ code: 'custom', path: ['performance', 'primary'], message, input: value });
}

/** A model file as checked: defaults filled in, durations in milliseconds, fields as lists in the order of the file. */
export type ModelFile = z.output<typeof modelFileSchema>;

/** A model file as written, and as sent over HTTP: fields by name, durations as text. */
export type ModelFileSource = z.input<typeof modelFileSchema>;
