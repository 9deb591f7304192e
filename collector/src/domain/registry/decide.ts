import { canonicalJson } from './canonical-json.ts';
import type { BaselineSealed, ModelRegistered, OnnxAttached, RegistryEvent, VersionRegistered } from './event.ts';
import { isComplete, type Model, type RegistryState, type Version } from './state.ts';

/** Why something may not happen. */
export type Refusal = 'model-unknown' | 'version-unknown' | 'version-immutable' | 'onnx-undeclared' | 'onnx-missing';

/** What follows from a wish: events to append (none if all is so already), or why not. */
export type Decision =
  { readonly events: readonly RegistryEvent[] } | { readonly refused: Refusal; readonly message: string };

const NOTHING: Decision = { events: [] };

/** Registers a version, and its model where needed. The same content again changes nothing; another one is refused. */
export function decideRegistration(state: RegistryState, model: ModelRegistered, version: VersionRegistered): Decision {
  const known = state.get(model.model);
  const events: RegistryEvent[] = isSameModel(known, model) ? [] : [model];
  const existing = known?.versions.get(version.version);
  if (existing !== undefined) {
    if (isSameContent(existing, version)) return { events };
    // What lacks its ONNX file has not been in use: it can be declared again.
    if (isComplete(existing)) return refuseChange(existing, version);
  }
  return { events: [...events, version] };
}

function isSameModel(known: Model | undefined, { model, task, owner, riskTier }: ModelRegistered): boolean {
  if (known === undefined) return false;
  const facts = { model: known.model, task: known.task, owner: known.owner, riskTier: known.riskTier };
  return canonicalJson(facts) === canonicalJson({ model, task, owner, riskTier });
}

function isSameContent(existing: Version, { modelFile, fields, segments, onnxSha256 }: VersionRegistered): boolean {
  const before = [existing.modelFile, existing.declaredFields, existing.segments, existing.onnxSha256];
  return canonicalJson(before) === canonicalJson([modelFile, fields, segments, onnxSha256]);
}

function refuseChange(existing: Version, { model, version, modelFile, onnxSha256 }: VersionRegistered): Decision {
  const changed = [...new Set([...Object.keys(existing.modelFile), ...Object.keys(modelFile)])].filter(
    (key) => canonicalJson([existing.modelFile[key]]) !== canonicalJson([modelFile[key]]),
  );
  if (existing.onnxSha256 !== onnxSha256) changed.push('the ONNX file');
  const what = changed.length > 0 ? changed.join(', ') : 'the order of fields';
  const message = `version "${version}" of model "${model}" is registered with another content (${what}); versions never change`;
  return { refused: 'version-immutable', message };
}

/** Attaches the ONNX file that a version declared. */
export function decideOnnx(state: RegistryState, wish: OnnxAttached): Decision {
  const version = findVersion(state, wish.model, wish.version);
  if ('refused' in version) return version;
  const declared = version.onnxSha256;
  if (declared === null) {
    const message = `version "${wish.version}" of model "${wish.model}" was registered without an ONNX file`;
    return { refused: 'onnx-undeclared', message };
  }
  if (declared !== wish.onnx.sha256) {
    const message = `version "${wish.version}" of model "${wish.model}" declares the ONNX file ${declared}; this one is ${wish.onnx.sha256}`;
    return { refused: 'version-immutable', message };
  }
  return version.onnx === null ? { events: [wish] } : NOTHING;
}

/** Seals a baseline of a version. The one in force again changes nothing; an earlier one comes into force anew. */
export function decideBaseline(state: RegistryState, wish: BaselineSealed): Decision {
  const version = findVersion(state, wish.model, wish.version);
  if ('refused' in version) return version;
  if (!isComplete(version)) {
    const message = `version "${wish.version}" of model "${wish.model}" waits for its ONNX file ${version.onnxSha256 ?? ''}`;
    return { refused: 'onnx-missing', message };
  }
  return version.baselines.at(-1)?.hash === wish.hash ? NOTHING : { events: [wish] };
}

/** A version by name, or why there is none. */
export function findVersion(
  state: RegistryState,
  model: string,
  version: string,
): Version | { readonly refused: Refusal; readonly message: string } {
  const known = state.get(model);
  if (known === undefined) return { refused: 'model-unknown', message: `model "${model}" is not registered` };
  const found = known.versions.get(version);
  if (found !== undefined) return found;
  const versions = [...known.versions.keys()]
    .slice(-10)
    .map((name) => `"${name}"`)
    .join(', ');
  const message = `version "${version}" of model "${model}" is not registered; it has: ${versions || 'none'}`;
  return { refused: 'version-unknown', message };
}
