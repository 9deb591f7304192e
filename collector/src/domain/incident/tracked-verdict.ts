import type { FieldVerdict } from '../drift/verdict.ts';

/** What incidents are folded from: the verdict of a field, or of a metric of performance. */
export type TrackedVerdict = FieldVerdict & {
  /** Version that it is of; without one, of the only version. */
  readonly version?: string;
  /** Of a metric: distance from what is expected over the limit's. Of a field it is value over threshold. */
  readonly strength?: number;
};

/** What a metric's verdict is about, as `decision.statistic` says. */
export const METRIC_STATISTICS = { realized: 'realized', estimated: 'estimated', concept: 'unexplained' } as const;

/** Whether a verdict is of a metric of performance. */
export function isMetric({ decision: { statistic } }: TrackedVerdict): boolean {
  return Object.values(METRIC_STATISTICS).some((own) => own === statistic);
}

/** How far beyond its limit a verdict is: 1 at the limit. */
export function strengthOf({ strength, decision: { value, threshold } }: TrackedVerdict): number {
  return strength ?? (threshold > 0 ? value / threshold : Infinity);
}
