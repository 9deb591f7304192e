import type { ModelIdentity } from './session-recorder.ts';

/** What a session runs. */
export interface WatchOptions {
  /** Name of the model, as registered: 1 to 63 of a-z, 0-9 and -. */
  readonly model: string;
  /** Version, as registered. Needed where there is no `onnx`; else it is found by the hash. */
  readonly version?: string | undefined;
  /** The ONNX file, as path or bytes; it is hashed in the background. */
  readonly onnx?: string | Uint8Array | undefined;
  /** Names of columns by tensor: `{ features: ['income', 'age'] }`. Default `features_0`, ... until the layouts name them. */
  readonly fields?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The collector takes no other. */
const MODEL_NAME = /^[a-z0-9-]{1,63}$/;
const MAX_NAME = 255;
const MAX_FIELD_NAME = 255;

/**
 * Checks the options of `watch`.
 *
 * @throws TypeError that says which is not allowed.
 */
export function readWatchOptions(options: WatchOptions): ModelIdentity & { onnx: string | Uint8Array | undefined } {
  const { model, version, onnx, fields } = options;
  if (typeof model !== 'string' || !MODEL_NAME.test(model))
    throw new TypeError('model is not 1 to 63 of a-z, 0-9 and -');
  if (version !== undefined && !isName(version)) throw new TypeError('version is no text of 1 to 255 characters');
  if (onnx !== undefined && typeof onnx !== 'string' && !((onnx as unknown) instanceof Uint8Array)) {
    throw new TypeError('onnx is neither a path nor bytes');
  }
  if (onnx === undefined && version === undefined) throw new TypeError('without onnx a version is needed');
  return { model, version, onnx, fields: readFields(fields ?? {}) };
}

function readFields(fields: NonNullable<WatchOptions['fields']>): Record<string, string[]> {
  const read: Record<string, string[]> = {};
  for (const [tensor, names] of Object.entries(fields)) {
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string' && name.length <= MAX_FIELD_NAME)) {
      throw new TypeError(`fields of ${tensor} are no list of texts`);
    }
    read[tensor] = [...(names as string[])];
  }
  return read;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME;
}
