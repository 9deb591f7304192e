import { PrumoError } from '../errors/prumo-error.ts';

/** ClickHouse errors that the same data will meet again: wrong bytes, wrong types, wrong statement, unknown names. */
const PERMANENT = new Set(
  '6 16 25 26 27 32 33 36 38 39 41 42 43 44 46 47 50 53 60 62 69 70 72 81 117 130 131 184 190 215 349 407 439 456 457'.split(
    ' ',
  ),
);
const TIMEOUT = new Set(['159', '160', '209']);

/** A failure of the store as a `PrumoError`: whether trying again can help is read from ClickHouse's error number. */
export function toStoreError(error: unknown, doing: string): PrumoError {
  if (error instanceof PrumoError) return error;
  const number = readNumber(error);
  const text = error instanceof Error ? error.message : String(error);
  const message = `${doing}: ${text.slice(0, 500)}`;
  const options = { cause: error, detail: { clickhouse: number ?? 'none' } };
  if (number === undefined) return new PrumoError('PRUMO_STORE_UNREACHABLE', message, options);
  if (TIMEOUT.has(number)) return new PrumoError('PRUMO_STORE_TIMEOUT', message, options);
  return new PrumoError(PERMANENT.has(number) ? 'PRUMO_STORE_REFUSED' : 'PRUMO_STORE_FAILED', message, options);
}

/** ClickHouse's number of an error, as text; undefined where the error is not ClickHouse's. */
export function readNumber(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { readonly code?: unknown }).code;
  if (typeof code === 'string' && /^\d+$/.test(code)) return code;
  return /^Code: (\d+)/.exec(error.message)?.[1];
}
