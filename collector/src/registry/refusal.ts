import type { Decision, Refusal } from '../domain/registry/decide.ts';
import type { RegistryEvent } from '../domain/registry/event.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { PrumoError } from '../errors/prumo-error.ts';

const CODES: Readonly<Record<Refusal, ErrorCode>> = {
  'model-unknown': 'PRUMO_MODEL_UNKNOWN',
  'version-unknown': 'PRUMO_VERSION_UNKNOWN',
  'version-immutable': 'PRUMO_VERSION_IMMUTABLE',
  'onnx-undeclared': 'PRUMO_VERSION_IMMUTABLE',
  'onnx-missing': 'PRUMO_ONNX_MISSING',
};

/** Throws the error of a refusal. */
export function refuse({ refused, message }: { readonly refused: Refusal; readonly message: string }): never {
  throw new PrumoError(CODES[refused], message);
}

/** The events of a decision; a refusal is thrown. */
export function eventsOrThrow(decision: Decision): readonly RegistryEvent[] {
  return 'refused' in decision ? refuse(decision) : decision.events;
}
