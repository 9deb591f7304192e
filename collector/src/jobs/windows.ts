import type { Window } from '../domain/drift/observation.ts';

/** The aligned window (from the epoch, UTC) that holds an instant. */
export function windowHolding(timeMs: number, lengthMs: number): Window {
  const startMs = Math.floor(timeMs / lengthMs) * lengthMs;
  return { start: new Date(startMs), end: new Date(startMs + lengthMs) };
}

/** Every aligned window that touches `[fromMs, toMs)`, in order. */
export function windowsBetween(fromMs: number, toMs: number, lengthMs: number): Window[] {
  const windows: Window[] = [];
  for (let timeMs = fromMs; timeMs < toMs;) {
    const window = windowHolding(timeMs, lengthMs);
    windows.push(window);
    timeMs = window.end.getTime();
  }
  return windows;
}
