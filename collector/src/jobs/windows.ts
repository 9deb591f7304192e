import type { Window } from '../domain/drift/observation.ts';

/** The aligned window (from the epoch, UTC) that holds an instant. */
export function windowHolding(timeMs: number, lengthMs: number): Window {
  const startMs = Math.floor(timeMs / lengthMs) * lengthMs;
  return { start: new Date(startMs), end: new Date(startMs + lengthMs) };
}
