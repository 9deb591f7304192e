import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closeInterval, nextBoundary, toHrTime } from '../../src/export/interval.ts';

const HOUR_MS = 3_600_000;
const instant = fc.integer({ min: 0, max: 4e12 });

test('an interval is never empty, and ends now unless the clock stood still or went back', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: -2 * HOUR_MS, max: HOUR_MS }), (startMs, stepMs) => {
      const nowMs = startMs + stepMs;
      const interval = closeInterval(startMs, nowMs);
      expect(interval.endMs).toBeGreaterThan(interval.startMs);
      if (stepMs > 0 || stepMs < -60_000) expect(interval.endMs).toBe(nowMs);
      if (stepMs >= -60_000) expect(interval.startMs).toBe(startMs);
    }),
  );
});

test('intervals of a clock that does what it likes (within a minute back) never overlap', () => {
  fc.assert(
    fc.property(instant, fc.array(fc.integer({ min: -1000, max: 100_000 })), (start, steps) => {
      let startMs = start;
      let nowMs = start;
      for (const step of steps) {
        // A clock that was set back stays within a minute of the last end.
        nowMs = Math.max(nowMs + step, startMs - 60_000);
        const interval = closeInterval(startMs, nowMs);
        expect(interval.startMs).toBe(startMs);
        startMs = interval.endMs;
      }
    }),
  );
});

test('the next boundary is a whole interval from the full hour, and no interval crosses an hour', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 1000, max: HOUR_MS }), (nowMs, intervalMs) => {
      const end = nextBoundary(nowMs, intervalMs);
      expect(end).toBeGreaterThan(nowMs);
      expect(end - nowMs).toBeLessThanOrEqual(intervalMs);
      expect(Math.floor(nowMs / HOUR_MS)).toBe(Math.floor((end - 1) / HOUR_MS));
      expect(end % HOUR_MS === 0 || (end % HOUR_MS) % intervalMs === 0).toBe(true);
    }),
  );
});

test('times are exact to the nanosecond', () => {
  expect(toHrTime(1_767_607_200_123, 5)).toEqual([1_767_607_200, 123_000_005]);
});
