/** An incident of a model: what alerts come from. */

export type IncidentKind =
  'skew' | 'drift' | 'data quality' | 'performance' | 'concept drift' | 'traffic' | 'governance';

/** One field or metric that moved during an incident; `movement` ranks them. */
export interface IncidentMember {
  readonly field: string;
  /** Version that it moved in. Absent where the verdicts named none. */
  readonly version?: string;
  readonly statistic: string;
  readonly value: number;
  readonly threshold: number;
  readonly movement: number | null;
  /** End of the window at which this field's verdicts persisted. */
  readonly detectedAt: Date;
  readonly reason: string;
}

export interface Incident {
  readonly id: string;
  readonly model: string;
  readonly environment: string;
  readonly kind: IncidentKind;
  readonly status: 'open' | 'closed';
  /** Start of the first window that is not ok. */
  readonly from: Date;
  /** End of the window at which it opened. */
  readonly detectedAt: Date;
  /** End of the third clean window; null while open. */
  readonly closedAt: Date | null;
  /** Ranked by impact, greatest first. */
  readonly members: readonly IncidentMember[];
}
