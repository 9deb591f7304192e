import type { StoredVerdict } from '../store/store.ts';

/**
 * Where merging of thin windows begins for a version that is judged from `from` on: judged day by day or at once, windows are
 * merged in the same way.
 *
 * At the start of a stored window with enough rows that `from` lies in; else at the first thin window since the last one with enough;
 * else at `from`.
 *
 * @param stored Verdicts of the version's windows around and before `from`.
 * @param minRows Rows that a window needs.
 */
export function mergeAnchor(stored: readonly StoredVerdict[], from: Date, minRows: number): Date {
  const before = stored.filter(({ window }) => window.start < from);
  const enough = before.filter(({ profiled }) => profiled >= minRows).map(({ window }) => window);
  const covering = enough.find(({ end }) => end > from);
  if (covering !== undefined) return covering.start;
  const settled = Math.max(-Infinity, ...enough.map(({ end }) => end.getTime()));
  const open = before.map(({ window }) => window.start.getTime()).filter((startMs) => startMs >= settled);
  return new Date(Math.min(from.getTime(), ...open));
}
