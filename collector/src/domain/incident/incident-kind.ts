import type { FieldVerdict } from '../drift/verdict.ts';
import type { Window } from '../drift/observation.ts';
import type { IncidentKind } from './incident.ts';

/** Windows after a release that count as its first. */
export const FIRST_WINDOWS = 3;

/**
 * The kind of an incident, from the strongest verdict at its opening: `skew` if it began in the first 3 windows of a release,
 * `data quality` if missing, invalid, unseen and out-of-range rows make more than half of the PSI, else `drift`.
 */
export function kindOf(from: Window, strongest: FieldVerdict, releaseAt: Date | undefined): IncidentKind {
  if (releaseAt !== undefined && isFirst(from, releaseAt)) return 'skew';
  return (strongest.qualityShare ?? 0) > 0.5 ? 'data quality' : 'drift';
}

function isFirst({ start, end }: Window, releaseAt: Date): boolean {
  const lengthMs = end.getTime() - start.getTime();
  return end > releaseAt && start.getTime() < releaseAt.getTime() + FIRST_WINDOWS * lengthMs;
}
