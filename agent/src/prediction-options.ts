import { readInteger, refuse, refuseUnknownKeys } from './check-option.ts';

/** What is sent of rows that were given an id. */
export interface PredictionOptions {
  /** Share of the rows that is kept, 0 to 1, decided by the id alone: every version keeps the same ids. Default 1. */
  readonly sampling?: number | undefined;
  /** Share of the kept rows that carry their inputs too, 0 to 1, decided by the id alone. Default 0. */
  readonly inputs?: number | undefined;
  /** Names of fields, inputs or outputs, that are never sent. */
  readonly exclude?: readonly string[] | undefined;
  /** Names of fields whose value is sent as the first 32 hexadecimal digits of its HMAC-SHA256. */
  readonly hash?: readonly string[] | undefined;
  /** Key of the hash, at least 16 characters; required where `hash` names a field. */
  readonly hashKey?: string | undefined;
  /** Names of inputs that every kept row carries, as an amount that a business value is weighted by. */
  readonly always?: readonly string[] | undefined;
  /** Most bytes of unsent rows, estimated; the oldest are dropped. Default 16 MiB. */
  readonly maxQueueBytes?: number | undefined;
}

/** Options of prediction rows that were checked, with the defaults filled in. */
export interface PredictionConfig {
  readonly sampling: number;
  readonly inputs: number;
  readonly exclude: ReadonlySet<string>;
  readonly hash: ReadonlySet<string>;
  /** Undefined only where `hash` is empty. */
  readonly hashKey: string | undefined;
  readonly always: ReadonlySet<string>;
  readonly maxQueueBytes: number;
}

const MIN_HASH_KEY_LENGTH = 16;
const MAX_NAMES = 5000;
const MAX_NAME = 256;
const DEFAULT_QUEUE_BYTES = 16 * 2 ** 20;
const PREFIX = 'predictions.';
const KEYS: Record<keyof PredictionOptions, true> = {
  sampling: true,
  inputs: true,
  exclude: true,
  hash: true,
  hashKey: true,
  always: true,
  maxQueueBytes: true,
};

/**
 * Checks the `predictions` of `createAgent`.
 *
 * @returns undefined for `false`: no row is sent, whatever ids are given.
 * @throws TypeError that names the key, its value and what is allowed.
 */
export function readPredictionOptions(options: PredictionOptions | false = {}): PredictionConfig | undefined {
  if (options === false) return undefined;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    refuse('predictions', options, 'an object, or false');
  }
  refuseUnknownKeys(PREFIX, options, KEYS);
  const hash = readNames('hash', options.hash);
  return {
    sampling: readShare('sampling', options.sampling, 1),
    inputs: readShare('inputs', options.inputs, 0),
    exclude: readNames('exclude', options.exclude),
    hash,
    hashKey: readHashKey(options.hashKey, hash.size > 0),
    always: readNames('always', options.always),
    maxQueueBytes: readInteger(
      `${PREFIX}maxQueueBytes`,
      options.maxQueueBytes,
      DEFAULT_QUEUE_BYTES,
      1,
      Number.MAX_SAFE_INTEGER,
    ),
  };
}

function readShare(key: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  return refuse(PREFIX + key, value, 'a number from 0 to 1');
}

function readNames(key: string, value: unknown): ReadonlySet<string> {
  if (value === undefined) return new Set();
  const isName = (name: unknown) => typeof name === 'string' && name !== '' && name.length <= MAX_NAME;
  if (Array.isArray(value) && value.length <= MAX_NAMES && value.every(isName)) return new Set(value as string[]);
  return refuse(PREFIX + key, value, `a list of names of 1 to ${MAX_NAME} characters`);
}

/** The message shows the length alone, as messages end in logs. */
function readHashKey(value: unknown, isNeeded: boolean): string | undefined {
  if (value === undefined && !isNeeded) return undefined;
  if (typeof value === 'string' && value.length >= MIN_HASH_KEY_LENGTH) return value;
  const shown = typeof value === 'string' ? `a text of ${value.length} characters` : typeof value;
  return refuse(`${PREFIX}hashKey`, shown, `a text of at least ${MIN_HASH_KEY_LENGTH} characters`);
}
