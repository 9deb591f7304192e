import type { FieldRole } from './reference.ts';

/**
 * One field over one window, in the layout of the reference: what is judged.
 *
 * Counts are weighted by the sampling (2^k), so that shares are right; `nEff` is what tests use as n.
 */
export interface ObservedField {
  readonly name: string;
  readonly role: FieldRole;
  readonly predictionLabel?: string;
  /** Rows that the model saw (from `ml.inference.rows`, or the profiled rows where that is absent). */
  readonly rows: number;
  /** Rows that were profiled, unweighted. */
  readonly profiled: number;
  /** Weighted rows. */
  readonly missing: number;
  readonly invalid: number;
  /** Weighted rows per layout cell (numeric: `bounds.length + 1`; categorical: per known category, in order). */
  readonly counts: Float64Array;
  /** Categorical only: weighted rows per category that the reference does not know. */
  readonly unseen: ReadonlyMap<string, number>;
  /** Weighted sum of the values; NaN where unknown. Numeric only. */
  readonly sum: number;
  /** Effective sample size (sum w)^2 / sum w^2 over profiled rows. */
  readonly nEff: number;
  /** Weighted rows in another layout that could not be mapped into this one. */
  readonly unmapped: number;
}

/** A half-open interval of event time. */
export interface Window {
  readonly start: Date;
  readonly end: Date;
}
