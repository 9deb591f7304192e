import type { Window } from '../domain/drift/observation.ts';
import type { StoredVerdict } from '../store/store.ts';

/** What is known of a window's last judging. */
export interface Judged {
  readonly revision: number;
  readonly rows: number;
}

/** Rows have to grow by more than this share before a window is judged again. */
export const REJUDGE_GROWTH = 0.01;

/** Key of one judged unit: version and window. */
export function judgedKey(version: string, window: Window): string {
  return `${version}\n${window.start.toISOString()}/${window.end.toISOString()}`;
}

/** The newest revision and its rows of each (version, window) among stored verdicts. */
export function indexJudged(verdicts: readonly StoredVerdict[]): Map<string, Judged> {
  const index = new Map<string, Judged>();
  for (const { version, window, revision, rows } of verdicts) {
    const key = judgedKey(version, window);
    const known = index.get(key);
    if (known === undefined || revision > known.revision) index.set(key, { revision, rows });
  }
  return index;
}

/** Whether a window with these rows is to be judged, given its last judging. */
export function needsJudging(last: Judged | undefined, rows: number): boolean {
  return last === undefined || Math.abs(rows - last.rows) > REJUDGE_GROWTH * last.rows;
}
