import type { DistributionAnswer } from '../api/distribution.ts';
import type { DistributionQuery, DriftQuery, DriftRow, JudgeAnswer } from '../api/drift.ts';
import type { HealthAnswer, HealthQuery } from '../api/health.ts';
import type { IncidentAnswer, IncidentQuery } from '../api/incident.ts';
import type { PerformanceQuery, PerformanceRow } from '../api/performance.ts';

/** A period of event time; an open end reaches what is stored. */
interface OpenPeriod {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/**
 * The questions that the HTTP interface answers from what is stored and judged. Models, versions and fields in them are known
 * to exist. Every method rejects with a `PrumoError`.
 */
export interface Questions {
  /** Verdicts of a model's fields, by window, then field. Without `version`: of every version that ran. */
  drift(model: string, query: DriftQuery): Promise<DriftRow[]>;
  /** Performance by window, then kind. Without `version`: of every version that ran. */
  performance(model: string, query: PerformanceQuery): Promise<PerformanceRow[]>;
  /** Counts of one field over a period, beside its reference. */
  distribution(model: string, field: string, query: DistributionQuery): Promise<DistributionAnswer>;
  /** Newest first. */
  incidents(query: IncidentQuery): Promise<IncidentAnswer[]>;
  health(query: HealthQuery): Promise<HealthAnswer[]>;
  /** Stores what waits, rolls up and judges every window that has ended, whatever the grace; resolves when all is done. */
  judge(model: string, period: OpenPeriod): Promise<JudgeAnswer>;
  /** The same for all models, of what came since the last time. */
  judgeAll(): Promise<JudgeAnswer>;
}
