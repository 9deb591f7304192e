import { PERSISTENCE } from '../drift/level.ts';
import type { Window } from '../drift/observation.ts';
import type { TrackedVerdict } from './tracked-verdict.ts';

/** Decides when one field's verdicts persist: the last known windows of one field, against one reference. */
export interface FieldTrack {
  /** Known (not `unknown`) windows, oldest first, as many as persistence looks at. */
  readonly recent: readonly { readonly window: Window; readonly isOff: boolean }[];
}

export const EMPTY_TRACK: FieldTrack = { recent: [] };

/** The track with one more verdict; an unknown one changes nothing. */
export function follow(track: FieldTrack, verdict: TrackedVerdict): FieldTrack {
  if (verdict.verdict === 'unknown') return track;
  const recent = [...track.recent, { window: verdict.window, isOff: isOff(verdict) }];
  return { recent: recent.slice(-PERSISTENCE.windows) };
}

/** Whether the newest verdict makes the field persist: not ok now, and in 2 of the last 3 windows or strong enough alone. */
export function persists(track: FieldTrack, verdict: TrackedVerdict, aloneLevel: number): boolean {
  if (!isOff(verdict)) return false;
  return track.recent.filter((entry) => entry.isOff).length >= PERSISTENCE.hits || opensAlone(verdict, aloneLevel);
}

/** The first of the windows that made the field persist. */
export function firstOff(track: FieldTrack): Window | undefined {
  return track.recent.find((entry) => entry.isOff)?.window;
}

/** `warning` and `critical` alike: something moved, and it is significant. */
export function isOff({ verdict }: TrackedVerdict): boolean {
  return verdict === 'warning' || verdict === 'critical';
}

/** At more than twice the critical limit, with the q-value that one window needs alone; metrics have no q-value: their limits are wide. */
function opensAlone(verdict: TrackedVerdict, aloneLevel: number): boolean {
  if (verdict.verdict !== 'critical') return false;
  if (verdict.strength !== undefined) return verdict.strength > 2;
  const { decision, qValue } = verdict;
  return decision.value > 2 * decision.threshold && qValue !== null && qValue <= aloneLevel;
}
