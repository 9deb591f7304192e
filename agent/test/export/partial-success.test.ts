import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPartialSuccess } from '../../src/export/partial-success.ts';
import { parseRetryAfter } from '../../src/export/response-watcher.ts';

test('reads what opentelemetry-proto says', () => {
  // partial_success (1) { rejected_data_points (1) = 300, error_message (2) = "no" }
  const body = Uint8Array.of(0x0a, 0x07, 0x08, 0xac, 0x02, 0x12, 0x02, 0x6e, 0x6f);
  expect(readPartialSuccess(body, false, 1000)).toEqual({ rejectedPoints: 300, message: 'no' });
  const json = Buffer.from('{"partialSuccess":{"rejectedDataPoints":"300","errorMessage":"no"}}');
  expect(readPartialSuccess(json, true, 1000)).toEqual({ rejectedPoints: 300, message: 'no' });
});

test('no answer, however made, throws, claims more than was sent, or is long', () => {
  const json = fc.json().map((text) => `{"partialSuccess":${text}}`);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        json.map((text) => Buffer.from(text)),
      ),
      fc.boolean(),
      (body, isJson) => {
        const { rejectedPoints, message } = readPartialSuccess(body, isJson, 7);
        expect([0, 1, 2, 3, 4, 5, 6, 7]).toContain(rejectedPoints);
        expect(message.length).toBeLessThanOrEqual(200);
      },
    ),
  );
});

test('Retry-After is seconds or a date, within ten minutes', () => {
  const nowMs = Date.UTC(2026, 0, 5, 10);
  expect(parseRetryAfter('2', nowMs)).toBe(2000);
  expect(parseRetryAfter('Mon, 05 Jan 2026 10:01:00 GMT', nowMs)).toBe(60_000);
  expect(parseRetryAfter('Mon, 05 Jan 2026 09:00:00 GMT', nowMs)).toBe(0);
  expect(parseRetryAfter('999999', nowMs)).toBe(600_000);
  expect(parseRetryAfter('soon', nowMs)).toBeUndefined();
  expect(parseRetryAfter(undefined, nowMs)).toBeUndefined();
});
