export { baselineSchema, type Baseline } from './baseline.ts';
export { distributionAnswerSchema, type DistributionAnswer } from './distribution.ts';
export {
  distributionQuerySchema,
  driftQuerySchema,
  driftRowSchema,
  judgeAnswerSchema,
  judgeBodySchema,
  parseReferenceChoice,
  type DistributionQuery,
  type DriftQuery,
  type DriftRow,
  type JudgeAnswer,
  type ReferenceChoice,
} from './drift.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { healthAnswerSchema, healthQuerySchema, type HealthAnswer, type HealthQuery } from './health.ts';
export { incidentAnswerSchema, incidentQuerySchema, type IncidentAnswer, type IncidentQuery } from './incident.ts';
export { labelSchema, type Label, type LabelLine } from './label.ts';
export { layoutsAnswerSchema, type FieldLayout, type LayoutsAnswer } from './layouts.ts';
export { modelFileSchema, type ModelFile, type ModelFileSource } from './model-file.ts';
export {
  performanceQuerySchema,
  performanceRowSchema,
  type PerformanceQuery,
  type PerformanceRow,
} from './performance.ts';
export { acceptedSchema, predictionSchema, type Accepted, type Prediction, type PredictionLine } from './prediction.ts';
export { problemSchema, type Problem } from './problem.ts';
export {
  modelAnswerSchema,
  registrationSchema,
  sealedBaselineSchema,
  versionAnswerSchema,
  type FieldAnswer,
  type ModelAnswer,
  type Registration,
  type SealedBaselineAnswer,
  type VersionAnswer,
} from './registration.ts';
