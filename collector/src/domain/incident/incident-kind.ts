import type { Window } from '../drift/observation.ts';
import type { IncidentKind } from './incident.ts';
import { isMetric, METRIC_STATISTICS, strengthOf, type TrackedVerdict } from './tracked-verdict.ts';

/** Windows after a release that count as its first. */
export const FIRST_WINDOWS = 3;

/**
 * The kind of an incident, from the verdicts that persist at its opening.
 *
 * `concept drift` where labels say what no score explains. Where fields moved, the strongest of them decides: `skew` if it began in the
 * first 3 windows of a release, `data quality` if missing, invalid, unseen and out-of-range rows make more than half of its PSI, else
 * `drift`. `performance` where only metrics moved.
 *
 * @param fromOf Start of what a verdict persists since.
 * @param releaseAt When its version went live.
 */
export function kindOf(
  persisting: readonly TrackedVerdict[],
  fromOf: (verdict: TrackedVerdict) => Window,
  releaseAt: (verdict: TrackedVerdict) => Date | undefined,
): IncidentKind {
  if (persisting.some(({ decision }) => decision.statistic === METRIC_STATISTICS.concept)) return 'concept drift';
  const fields = persisting.filter((verdict) => !isMetric(verdict));
  if (fields.length === 0) return 'performance';
  const strongest = fields.reduce((most, verdict) => (strengthOf(verdict) > strengthOf(most) ? verdict : most));
  const release = releaseAt(strongest);
  if (release !== undefined && isFirst(fromOf(strongest), release)) return 'skew';
  return (strongest.qualityShare ?? 0) > 0.5 ? 'data quality' : 'drift';
}

function isFirst({ start, end }: Window, releaseAt: Date): boolean {
  const lengthMs = end.getTime() - start.getTime();
  return end > releaseAt && start.getTime() < releaseAt.getTime() + FIRST_WINDOWS * lengthMs;
}
