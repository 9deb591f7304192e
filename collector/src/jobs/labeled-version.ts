import type { ModelFile } from '../api/model-file.ts';
import type { PerformanceReference } from '../domain/performance/performance-reference.ts';
import { outputsToRead, predictionOutputsOf } from '../domain/performance/prediction-outputs.ts';
import type { Registry } from '../registry/registry.ts';

/** What is read of the rows of a version, and what they are held to. */
export interface LabeledVersion {
  readonly version: string;
  readonly modelFile: ModelFile;
  readonly performance: PerformanceReference | undefined;
  /** Outputs and inputs that are read beside score and label. */
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  /** Output of the score, read where rows were sent without a score of their own. */
  readonly scoreOutput: string | undefined;
  /** Cells that labeled and unlabeled rows are compared in. */
  readonly bounds: readonly number[] | undefined;
  readonly observedWhen: Readonly<Record<string, string>> | undefined;
}

/** Every version of a model, the newest last. */
export async function labeledVersions(registry: Registry, model: string): Promise<LabeledVersion[]> {
  const { versions } = await registry.showModel(model);
  return Promise.all(versions.map(({ version }) => describe(registry, model, version)));
}

async function describe(registry: Registry, model: string, version: string): Promise<LabeledVersion> {
  const found = await registry.find(model, version);
  const modelFile = registry.modelFileOf(found);
  const performance = (await registry.referenceOf(found))?.performance;
  const prediction = predictionOutputsOf(modelFile.task, modelFile.outputs);
  const amount = modelFile.business?.amount;
  const isOutput = modelFile.outputs.some(({ name }) => name === amount);
  return {
    version,
    modelFile,
    performance,
    outputs: [...outputsToRead(prediction), ...(amount !== undefined && isOutput ? [amount] : [])],
    inputs: amount !== undefined && !isOutput ? [amount] : [],
    scoreOutput: prediction.field,
    bounds: boundsOf(performance),
    observedWhen: modelFile.labels?.observedWhen,
  };
}

function boundsOf(performance: PerformanceReference | undefined): readonly number[] | undefined {
  const estimator = performance?.estimator;
  if (estimator?.task === 'binary') return estimator.map.bounds;
  return estimator?.task === 'regression' ? estimator.loss.bounds : undefined;
}
