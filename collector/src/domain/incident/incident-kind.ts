import type { FieldVerdict } from '../drift/verdict.ts';
import type { Window } from '../drift/observation.ts';
import type { IncidentKind } from './incident.ts';

/** Judged windows of a release that count as its first. */
export const FIRST_WINDOWS = 3;

/**
 * The kind of an incident, from the strongest verdict at its opening: `skew` if it began in the first windows of a release,
 * `data quality` if missing, invalid, unseen and out-of-range rows make more than half of the PSI, else `drift`.
 */
export function kindOf(from: Window, strongest: FieldVerdict, firstWindows: readonly Window[]): IncidentKind {
  if (firstWindows.some((window) => window.start.getTime() === from.start.getTime())) return 'skew';
  return (strongest.qualityShare ?? 0) > 0.5 ? 'data quality' : 'drift';
}
