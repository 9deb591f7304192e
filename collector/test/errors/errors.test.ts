import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorEntry } from '../../src/errors/codes.ts';
import { renderErrorsPage } from '../../src/errors/errors-page.ts';
import { PrumoError, isRetryable, toPrumoError } from '../../src/errors/prumo-error.ts';

const pagePath = path.resolve(import.meta.dirname, '../../../docs/reference/errors.md');

describe('the error table', () => {
  it('is what docs/reference/errors.md shows', () => {
    // To write the page anew: node -e "import('./collector/src/errors/errors-page.ts').then((p) => process.stdout.write(p.renderErrorsPage()))"
    expect(readFileSync(pagePath, 'utf8')).toBe(renderErrorsPage());
  });

  it.each(Object.entries<ErrorEntry>(ERROR_CODES))(
    '%s has a status that fits its kind, a meaning and a remedy',
    (code, entry) => {
      expect(code).toMatch(/^PRUMO_[A-Z_]+$/);
      expect(entry.httpStatus).toBeGreaterThanOrEqual(400);
      if (entry.kind === 'retryable') expect([429, 500, 503]).toContain(entry.httpStatus);
      expect(entry.meaning).toMatch(/^[A-Z].*\.$/);
      expect(entry.remedy.length).toBeGreaterThan(5);
    },
  );
});

describe('PrumoError', () => {
  it('takes its kind from the table and keeps cause and detail', () => {
    const cause = new Error('disk');
    const error = new PrumoError('PRUMO_SPOOL_FULL', 'spool is full', { cause, detail: { maxBytes: 10 } });
    expect(error).toMatchObject({ code: 'PRUMO_SPOOL_FULL', kind: 'retryable', detail: { maxBytes: 10 }, cause });
    expect(error).toBeInstanceOf(Error);
  });

  it('calls what it does not know retryable', () => {
    expect(isRetryable(new TypeError('surprise'))).toBe(true);
    expect(isRetryable('text')).toBe(true);
    expect(isRetryable(new PrumoError('PRUMO_INPUT_INVALID', 'no'))).toBe(false);
    expect(toPrumoError(new TypeError('surprise'))).toMatchObject({ code: 'PRUMO_INTERNAL', message: 'surprise' });
  });
});
