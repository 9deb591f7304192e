import type { Problem } from '../api/problem.ts';
import type { InputIssue } from '../errors/check-input.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/codes.ts';
import { PrumoError, toPrumoError } from '../errors/prumo-error.ts';

/** Seconds after which a retryable request is worth another attempt. */
const RETRY_AFTER_SECONDS = 5;

/** An error as an HTTP answer. */
export interface ProblemAnswer {
  readonly body: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** Fastify's own errors by their codes; others of status 4xx are bad input. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PRUMO_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'PRUMO_CONTENT_TYPE_UNKNOWN',
  FST_ERR_CTP_INVALID_JSON_BODY: 'PRUMO_JSON_MALFORMED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'PRUMO_JSON_MALFORMED',
  FST_ERR_NOT_FOUND: 'PRUMO_ROUTE_UNKNOWN',
};

/** The one place where errors become answers: problem+json with the code, and `Retry-After` where trying again can help. */
export function toProblem(error: unknown): ProblemAnswer {
  const known = translate(error);
  const { httpStatus, meaning, remedy, kind } = ERROR_CODES[known.code];
  const { issues } = known.detail;
  const body = {
    type: `urn:prumo:error:${known.code}`,
    title: meaning,
    status: httpStatus,
    // What has no code of its own may name anything: it is for the log.
    detail: known.code === 'PRUMO_INTERNAL' ? 'The log of the collector says more.' : known.message,
    code: known.code,
    remedy,
    ...(Array.isArray(issues) ? { issues: issues as InputIssue[] } : {}),
  };
  const retry = kind === 'retryable' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
  return { body, headers: { 'content-type': 'application/problem+json; charset=utf-8', ...retry } };
}

function translate(error: unknown): PrumoError {
  if (error instanceof PrumoError || !(error instanceof Error)) return toPrumoError(error);
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? FASTIFY_CODES[code] : undefined;
  if (known !== undefined) return new PrumoError(known, error.message, { cause: error });
  const isInput = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isInput ? new PrumoError('PRUMO_INPUT_INVALID', error.message, { cause: error }) : toPrumoError(error);
}
