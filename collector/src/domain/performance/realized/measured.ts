import type { Measurements } from '../metric.ts';

/** What a decision is worth per row by its outcome, in any unit; what is left out is worth 0. */
export interface BusinessValues {
  readonly truePositive?: number;
  readonly falsePositive?: number;
  readonly trueNegative?: number;
  readonly falseNegative?: number;
}

export interface MeasureSettings {
  /** Scores from here on are decided positive where rows bring no decision; default 0.5. */
  readonly threshold?: number;
  /** Share (0 to 1) of the rows, highest scores first, that `precision_at_k`, `recall_at_k` and `lift` are of; default 0.1. */
  readonly topShare?: number;
  readonly business?: BusinessValues;
  /** Of the bootstrap: the same seed and rows give the same intervals. */
  readonly seed: number;
  /** Replicates of the bootstrap; default 200. */
  readonly replicates?: number;
}

/** Weights of rows by decision and label. */
export interface Confusion {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** One class of a multiclass model; what has no rows to be of is null. */
export interface ClassMeasured {
  readonly label: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Weight of the rows with this label. */
  readonly support: number;
}

/** Rows of neighboring scores, lowest first; tied scores are in one band. */
export interface ScoreBand {
  readonly low: number;
  readonly high: number;
  /** Weights. */
  readonly rows: number;
  readonly positives: number;
  readonly meanScore: number;
  /** Positives over rows. */
  readonly observedRate: number;
}

/** What labeled rows say of a model. */
export interface Measured {
  readonly rows: number;
  /** Rows that those stand for. */
  readonly weight: number;
  /** (sum of weights)^2 / sum of squared weights: the n of standard errors. */
  readonly nEff: number;
  readonly metrics: Measurements;
  /** Of a binary model. */
  readonly confusion?: Confusion;
  /** Of a multiclass model. */
  readonly classes?: readonly ClassMeasured[];
  /** Of a binary model: ten bands of as equal a weight as ties allow. */
  readonly bands?: readonly ScoreBand[];
}
