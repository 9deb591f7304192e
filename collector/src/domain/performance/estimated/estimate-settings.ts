import type { BusinessValues } from '../realized/measured.ts';

/** What estimates need to know of the model beside its scores. */
export interface EstimateSettings {
  /** A score at or above it is decided positive; default: the estimator's own, and without one no metric of decisions is estimated. */
  readonly threshold?: number;
  /** Share (0 to 1) of the rows that `precision_at_k`, `recall_at_k` and `lift` look at; default 0.1. */
  readonly topShare?: number;
  /** Not where values are multiplied with an amount of each row, which counts of scores do not hold. */
  readonly business?: BusinessValues;
}
