import { ERROR_CODES, type ErrorCode, type ErrorKind } from './codes.ts';

/** Facts about an error that a program can read: names, limits, positions. */
export type ErrorDetail = Readonly<Record<string, unknown>>;

/** Options of a `PrumoError`. */
export interface PrumoErrorOptions {
  readonly cause?: unknown;
  readonly detail?: ErrorDetail;
}

/** An error with a code of the table `ERROR_CODES`. The message says what is wrong, where, and what is allowed. */
export class PrumoError extends Error {
  override readonly name = 'PrumoError';
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string, options: PrumoErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.kind = ERROR_CODES[code].kind;
    this.detail = options.detail ?? {};
  }
}

/** Whether the same attempt can succeed later. What is no `PrumoError` is retryable: data is not dropped for a surprise. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof PrumoError) || error.kind === 'retryable';
}

/** The error itself if it has a code, else `PRUMO_INTERNAL` with the error as its cause. */
export function toPrumoError(error: unknown): PrumoError {
  if (error instanceof PrumoError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PrumoError('PRUMO_INTERNAL', message, { cause: error });
}
