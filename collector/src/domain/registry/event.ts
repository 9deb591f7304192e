import type { BaselineKind } from '../drift/reference.ts';
import type { Field, OnnxSignature } from './field.ts';

/** Number of the format of events. */
export const EVENT_FORMAT = 1;

/** A model exists from here on, or what is known of it has changed. */
export interface ModelRegistered {
  readonly type: 'ModelRegistered';
  readonly model: string;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly owner: string | null;
  readonly riskTier: 'high' | 'medium' | 'low' | null;
}

/** A version exists. It is complete at once where `onnxSha256` is null, else from `OnnxAttached` on; then it never changes. */
export interface VersionRegistered {
  readonly type: 'VersionRegistered';
  readonly model: string;
  readonly version: string;
  /** The model file as written. */
  readonly modelFile: Readonly<Record<string, unknown>>;
  /** Resolved without an ONNX file. */
  readonly fields: readonly Field[];
  readonly segments: readonly string[];
  readonly onnxSha256: string | null;
}

/** The ONNX file that a version had declared was read, and fits. */
export interface OnnxAttached {
  readonly type: 'OnnxAttached';
  readonly model: string;
  readonly version: string;
  readonly onnx: OnnxSignature;
  /** Resolved against the ONNX file. */
  readonly fields: readonly Field[];
}

/** A reference was frozen; the newest one of a version is in force. */
export interface BaselineSealed {
  readonly type: 'BaselineSealed';
  readonly model: string;
  readonly version: string;
  readonly kind: BaselineKind;
  /** SHA-256 of the sealed record, which is a blob of that name. */
  readonly hash: string;
  readonly rows: number;
}

/** What can happen in the registry. */
export type RegistryEvent = ModelRegistered | VersionRegistered | OnnxAttached | BaselineSealed;

/** An event in its place in the chain. */
export interface RecordedEvent {
  readonly stream: string;
  /** From 1. */
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  readonly event: RegistryEvent;
  /** Hash of the event before it; empty for the first. */
  readonly prevHash: string;
  readonly hash: string;
}
