import { ERROR_CODES, type ErrorEntry } from './codes.ts';

/** Text of docs/reference/errors.md: every code with its kind, HTTP status, meaning and remedy. */
export function renderErrorsPage(): string {
  const rows = Object.entries<ErrorEntry>(ERROR_CODES).map(
    ([code, entry]) => `| \`${code}\` | ${entry.kind} | ${entry.httpStatus} | ${entry.meaning} | ${entry.remedy} |`,
  );
  return [
    '# Errors',
    '',
    'Written from `collector/src/errors/codes.ts`; a test compares the two.',
    '',
    'Every error of the collector and of the command has one of these codes. HTTP answers carry it in the member `code` of a',
    '`application/problem+json` body. `retryable` means that the same attempt can succeed later; such answers have a',
    '`Retry-After` header. An error without a code of its own is retryable.',
    '',
    '| code | kind | HTTP | meaning | what to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
