import { z } from 'zod';
import { fieldNameSchema, segmentKeySchema } from './names.ts';
import { PERFORMANCE_METRICS } from './performance-metric.ts';

/** Most bounds of a calibration map. */
const MAX_BOUNDS = 255;
const MAX_CLASSES = 1000;
const MAX_SEGMENTS = 64;
const MAX_LABELS = 1000;
const MAX_QUANTILES = 1001;

const rows = z.number().nonnegative();
const share = z.number().min(0).max(1);
const bounds = z.array(z.number()).max(MAX_BOUNDS);
const labelText = z.string().max(1024);

const expectedSchema = z.partialRecord(
  z.enum(PERFORMANCE_METRICS),
  z.strictObject({
    value: z.number(),
    se: z.number().nonnegative(),
    rows,
    between: z.number().nonnegative(),
    chunks: z.int().nonnegative(),
  }),
);

const mapSchema = z.strictObject({
  bounds,
  probabilities: z.array(share).max(MAX_BOUNDS + 1),
  meanScores: z.array(z.number()).max(MAX_BOUNDS + 1),
  rows: z.array(rows).max(MAX_BOUNDS + 1),
  isFitted: z.boolean(),
});

const lossCellSchema = z.strictObject({
  rows,
  meanPrediction: z.number(),
  meanLabel: z.number(),
  meanLabelSquare: z.number().nonnegative(),
  absoluteError: z.number().nonnegative(),
  squaredError: z.number().nonnegative(),
  relativeError: z.number().nonnegative(),
  absoluteErrorSd: z.number().nonnegative(),
  squaredErrorSd: z.number().nonnegative(),
  relativeErrorSd: z.number().nonnegative(),
});

const estimatorSchema = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('binary'),
    field: fieldNameSchema,
    map: mapSchema,
    threshold: z.exactOptional(z.number()),
    hasAmounts: z.exactOptional(z.literal(true)),
  }),
  z.strictObject({
    task: z.literal('multiclass'),
    classes: z
      .array(
        z.strictObject({
          label: labelText,
          field: fieldNameSchema,
          map: mapSchema,
          whenPredicted: z.exactOptional(mapSchema),
        }),
      )
      .min(2)
      .max(MAX_CLASSES),
  }),
  z.strictObject({
    task: z.literal('regression'),
    field: fieldNameSchema,
    loss: z.strictObject({ bounds, cells: z.array(lossCellSchema).max(MAX_BOUNDS + 1) }),
  }),
]);

/** What a baseline knows of the performance: from labeled reference rows. */
export const performanceReferenceSchema = z.strictObject({
  task: z.enum(['binary', 'multiclass', 'regression']),
  rows,
  labels: z.array(labelText).max(MAX_LABELS),
  expected: expectedSchema,
  estimator: z.exactOptional(estimatorSchema),
  unexplained: z.exactOptional(expectedSchema),
  segments: z
    .array(
      z.strictObject({
        key: segmentKeySchema,
        value: z.string().max(1024),
        rows,
        expected: expectedSchema,
        estimator: estimatorSchema,
      }),
    )
    .max(MAX_SEGMENTS),
  delaysMs: z.exactOptional(z.array(z.number().nonnegative()).min(1).max(MAX_QUANTILES)),
});
