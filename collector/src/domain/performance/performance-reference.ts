import type { MetricName, Task } from './metric.ts';

/** What a metric is expected to be, and how far it strays without anything being wrong. */
export interface ExpectedMetric {
  /** Over all labeled rows of the reference. */
  readonly value: number;
  /** Standard error of the value at `rows` labeled rows: scaled by sqrt(rows / n) to a window of n. */
  readonly se: number;
  readonly rows: number;
  /** Standard deviation between the reference's chunks beyond what their own sampling explains. */
  readonly between: number;
  readonly chunks: number;
}

/** Expected metrics by name. */
export type ExpectedMetrics = { readonly [metric in MetricName]?: ExpectedMetric };

/**
 * From score to probability, per cell of a partition of the score's layout: cell i is `(bounds[i - 1], bounds[i]]`, the first open
 * below and the last above.
 */
export interface CalibrationMap {
  /** A subset of the bounds of the score's layout, at most 255: the decision threshold is one of them. */
  readonly bounds: readonly number[];
  /** Probability of the positive class per cell, `bounds.length + 1` of them. */
  readonly probabilities: readonly number[];
  /** Mean score per cell: where the map is not kept, `probabilities` are these (clipped to 0 and 1). */
  readonly meanScores: readonly number[];
  /** Labeled reference rows per cell: how sure the probability is. */
  readonly rows: readonly number[];
  /** Whether the probabilities are a fitted map (isotonic): it lowered the cross-fitted calibration error. */
  readonly isFitted: boolean;
}

/** The estimate of a class score against all others. */
export interface ClassCalibration {
  readonly label: string;
  /** Name of the output that holds the score of this class. */
  readonly field: string;
  readonly map: CalibrationMap;
  /** The same of the rows that were predicted to be of this class, in the same cells; absent with few of them: `map` stands for it. */
  readonly whenPredicted?: CalibrationMap;
}

/** Mean losses of a regression per cell of a partition of the prediction's layout. */
export interface ExpectedLoss {
  readonly bounds: readonly number[];
  readonly cells: readonly {
    readonly rows: number;
    readonly meanPrediction: number;
    readonly meanLabel: number;
    /** Mean square of the label. */
    readonly meanLabelSquare: number;
    readonly absoluteError: number;
    readonly squaredError: number;
    /** Mean of |error| / max(|label|, 2^-52), as scikit-learn takes it. */
    readonly relativeError: number;
    /** Standard deviations of the three losses inside the cell. */
    readonly absoluteErrorSd: number;
    readonly squaredErrorSd: number;
    readonly relativeErrorSd: number;
  }[];
}

/** How a version estimates its performance without labels. */
export type Estimator =
  | {
      readonly task: 'binary';
      readonly field: string;
      readonly map: CalibrationMap;
      /** A score at or above it is decided positive. Absent where decisions do not follow from the score: none of their metrics is estimated. */
      readonly threshold?: number;
      /** The business value of a row is multiplied with an amount, which counts of scores do not hold: it is not estimated. */
      readonly hasAmounts?: true;
    }
  | { readonly task: 'multiclass'; readonly classes: readonly ClassCalibration[] }
  | { readonly task: 'regression'; readonly field: string; readonly loss: ExpectedLoss };

/** A slice of the reference with enough labels for a calibration map of its own. */
export interface SegmentReference {
  /** One pair, as `channel` and `app`. */
  readonly key: string;
  readonly value: string;
  readonly rows: number;
  readonly expected: ExpectedMetrics;
  readonly estimator: Estimator;
}

/** What the sealed baseline knows of the performance; absent where its rows had no labels. */
export interface PerformanceReference {
  readonly task: Task;
  /** Labeled rows. */
  readonly rows: number;
  /** Labels that the reference holds, as canonical text (`canonicalLabel`), most frequent first; empty for a regression. */
  readonly labels: readonly string[];
  readonly expected: ExpectedMetrics;
  /** Absent with `training` rows only: the model was fitted on them, so they say nothing of rows to come. */
  readonly estimator?: Estimator;
  /** Realized minus estimated on the reference's chunks: how far the two stray without concept drift. */
  readonly unexplained?: ExpectedMetrics;
  readonly segments: readonly SegmentReference[];
  /** Delay of labels in ms by quantile: `delaysMs[i]` is the i / (length - 1) quantile; absent without a column of label times. */
  readonly delaysMs?: readonly number[];
}
