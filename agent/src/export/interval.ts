import type { HrTime } from '@opentelemetry/api';

/** A half-open interval [start, end) in whole ms since 1970. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

const HOUR_MS = 3_600_000;
/** A clock that steps back by less is waited for; by more it was wrong before. */
const MAX_STEP_BACK_MS = 60_000;

/**
 * The interval that ends now. It is never empty, and two intervals never coincide: a clock that stands still, or was set
 * back a little, gives 1 ms after the last end; one set back by more starts anew 1 ms before now.
 */
export function closeInterval(startMs: number, nowMs: number): Interval {
  if (nowMs > startMs) return { startMs, endMs: nowMs };
  if (startMs - nowMs > MAX_STEP_BACK_MS) return { startMs: nowMs - 1, endMs: nowMs };
  return { startMs, endMs: startMs + 1 };
}

/** The next end of an interval after `nowMs`: whole intervals from the full hour, and the hour itself. */
export function nextBoundary(nowMs: number, intervalMs: number): number {
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const whole = (Math.floor((nowMs - hourMs) / intervalMs) + 1) * intervalMs;
  return hourMs + Math.min(whole, HOUR_MS);
}

/** OpenTelemetry's time: seconds and nanoseconds, exact. */
export function toHrTime(ms: number, extraNs = 0): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, (ms - seconds * 1000) * 1_000_000 + extraNs];
}
