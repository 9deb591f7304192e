import type { BaselineKind } from '../drift/reference.ts';
import type { ModelRegistered, RecordedEvent } from './event.ts';
import type { Field, OnnxSignature } from './field.ts';

/** A reference that was frozen. */
export interface SealedBaseline {
  readonly kind: BaselineKind;
  readonly hash: string;
  readonly rows: number;
  readonly sealedAt: Date;
}

/** A version as of some event. */
export interface Version {
  readonly model: string;
  readonly version: string;
  readonly registeredAt: Date;
  readonly modelFile: Readonly<Record<string, unknown>>;
  /** Resolved without an ONNX file: what a repeated registration is compared with. */
  readonly declaredFields: readonly Field[];
  readonly fields: readonly Field[];
  readonly segments: readonly string[];
  readonly onnxSha256: string | null;
  readonly onnx: OnnxSignature | null;
  /** In order; the last one is in force. */
  readonly baselines: readonly SealedBaseline[];
}

/** A model as of some event. Its versions are in the order of their registration. */
export interface Model extends Omit<ModelRegistered, 'type'> {
  readonly registeredAt: Date;
  readonly versions: ReadonlyMap<string, Version>;
}

/** The registry as of some event, by name of the model. */
export type RegistryState = ReadonlyMap<string, Model>;

export const emptyRegistry: RegistryState = new Map();

/** The state after one more event. An event about what does not exist changes nothing. */
export function applyEvent(state: RegistryState, { event, at }: Pick<RecordedEvent, 'event' | 'at'>): RegistryState {
  const model = state.get(event.model);
  switch (event.type) {
    case 'ModelRegistered': {
      const { model: name, task, owner, riskTier } = event;
      const kept = { registeredAt: model?.registeredAt ?? at, versions: model?.versions ?? new Map<string, Version>() };
      return new Map(state).set(name, { model: name, task, owner, riskTier, ...kept });
    }
    case 'VersionRegistered': {
      const { version, modelFile, fields, segments, onnxSha256 } = event;
      const declared = { model: event.model, version, modelFile, segments, onnxSha256, onnx: null };
      return withVersion(state, model, {
        ...declared,
        fields,
        declaredFields: fields,
        registeredAt: at,
        baselines: [],
      });
    }
    case 'OnnxAttached': {
      const version = model?.versions.get(event.version);
      return withVersion(state, model, version && { ...version, onnx: event.onnx, fields: event.fields });
    }
    case 'BaselineSealed': {
      const version = model?.versions.get(event.version);
      const sealed = { kind: event.kind, hash: event.hash, rows: event.rows, sealedAt: at };
      return withVersion(state, model, version && { ...version, baselines: [...version.baselines, sealed] });
    }
  }
}

function withVersion(state: RegistryState, model: Model | undefined, version: Version | undefined): RegistryState {
  if (model === undefined || version === undefined) return state;
  const versions = new Map(model.versions).set(version.version, version);
  return new Map(state).set(model.model, { ...model, versions });
}

/** The state that the events up to and including an instant make. */
export function stateAsOf(events: Iterable<RecordedEvent>, at: Date): RegistryState {
  let state = emptyRegistry;
  for (const event of events) if (event.at <= at) state = applyEvent(state, event);
  return state;
}

/** Whether a version has all that it declared. */
export function isComplete(version: Pick<Version, 'onnxSha256' | 'onnx'>): boolean {
  return version.onnxSha256 === null || version.onnx !== null;
}
