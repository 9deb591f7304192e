import type { FieldAnswer, ModelAnswer, SealedBaselineAnswer, VersionAnswer } from '../api/registration.ts';
import type { Field, OnnxSignature, Tensor } from '../domain/registry/field.ts';
import { isComplete, type Model, type SealedBaseline, type Version } from '../domain/registry/state.ts';

/** A version as the HTTP interface shows it. */
export function toVersionAnswer(version: Version): VersionAnswer {
  return {
    model: version.model,
    version: version.version,
    registeredAt: version.registeredAt.toISOString(),
    complete: isComplete(version),
    onnxSha256: version.onnxSha256,
    onnx: version.onnx === null ? null : toOnnxAnswer(version.onnx),
    modelFile: { ...version.modelFile },
    fields: version.fields.map(toFieldAnswer),
    segments: [...version.segments],
    baselines: version.baselines.map((sealed) => toBaselineAnswer(sealed, sealed === version.baselines.at(-1))),
  };
}

/** A model as the HTTP interface shows it. */
export function toModelAnswer(model: Model): ModelAnswer {
  const versions = [...model.versions.values()].map((version) => {
    const { version: name, registeredAt, complete, onnxSha256, baselines } = toVersionAnswer(version);
    return { version: name, registeredAt, complete, onnxSha256, baseline: baselines.at(-1) ?? null };
  });
  const { task, owner, riskTier } = model;
  return { model: model.model, task, owner, riskTier, registeredAt: model.registeredAt.toISOString(), versions };
}

/** A field as the HTTP interface shows it. */
export function toFieldAnswer(field: Field): FieldAnswer {
  return { ...field, missing: [...field.missing] };
}

/** A baseline as the HTTP interface shows it. */
export function toBaselineAnswer(
  { kind, hash, rows, sealedAt }: SealedBaseline,
  inForce: boolean,
): SealedBaselineAnswer {
  return { kind, hash, rows, sealedAt: sealedAt.toISOString(), inForce };
}

function toOnnxAnswer(onnx: OnnxSignature): NonNullable<VersionAnswer['onnx']> {
  const copy = (tensors: readonly Tensor[]) =>
    tensors.map(({ shape, ...rest }) => ({ ...rest, shape: shape === null ? null : [...shape] }));
  return { ...onnx, inputs: copy(onnx.inputs), outputs: copy(onnx.outputs) };
}
