/** Names on the wire: OTLP metrics and attributes. Programs in any language use them, so they are a contract. */

/** Metric names. */
export const METRIC = {
  fieldValue: 'ml.field.value',
  fieldCategory: 'ml.field.category',
  fieldMissing: 'ml.field.missing',
  fieldInvalid: 'ml.field.invalid',
  inferenceRows: 'ml.inference.rows',
  inferenceErrors: 'ml.inference.errors',
  inferenceDuration: 'ml.inference.duration',
  agentDropped: 'ml.agent.dropped',
  agentOverhead: 'ml.agent.overhead',
} as const;

/** Attribute names of points. */
export const ATTRIBUTE = {
  modelName: 'ml.model.name',
  modelVersion: 'ml.model.version',
  modelSha256: 'ml.model.sha256',
  fieldName: 'ml.field.name',
  fieldRole: 'ml.field.role',
  fieldCategory: 'ml.field.category',
  layout: 'ml.layout',
  sampling: 'ml.sampling',
  predictionLabel: 'ml.prediction.label',
  servingRole: 'ml.serving.role',
  reason: 'reason',
} as const;

/** Prefix of segment attributes: `ml.segment.channel = app`. */
export const SEGMENT_PREFIX = 'ml.segment.';

/** Resource attribute names. */
export const RESOURCE = {
  serviceName: 'service.name',
  serviceInstanceId: 'service.instance.id',
  environment: 'deployment.environment.name',
} as const;

/** OTLP instrumentation scope of the agent; its version is the format number of what is sent. */
export const SCOPE = { name: 'prumo', version: '1' } as const;

/** The segment value (of each key) that takes the rows above the limit of combinations. */
export const OTHER_SEGMENT = '__other__';

/** The category that takes the rows above the limit of categories of one field. */
export const OTHER_CATEGORY = '__other__';

/** Most segment combinations per model before rows go to `__other__`. */
export const MAX_SEGMENT_COMBINATIONS = 64;
