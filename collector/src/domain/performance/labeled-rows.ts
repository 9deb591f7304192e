/**
 * Rows that have a label, as columns of one length, in order of time. A row without a score (NaN) is left out before.
 */
export interface BinaryRows {
  readonly scores: Float64Array;
  /** 1: the positive class came true, 0: it did not. */
  readonly labels: Uint8Array;
  /** Rows that each row stands for; all 1 without sampling. */
  readonly weights: Float64Array;
  /** 1: decided positive. */
  readonly decisions?: Uint8Array;
  /** What the business value of each row is multiplied with. */
  readonly amounts?: Float64Array;
}

export interface MulticlassRows {
  /** Names of the classes; `labels` and `predicted` are indexes into it. */
  readonly classes: readonly string[];
  /** Row-major, one score per class and row. */
  readonly scores: Float64Array;
  readonly labels: Int32Array;
  readonly predicted: Int32Array;
  readonly weights: Float64Array;
}

export interface RegressionRows {
  readonly predictions: Float64Array;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
}

/** Labeled rows of a model by its task. */
export type LabeledRows =
  | { readonly task: 'binary'; readonly rows: BinaryRows }
  | { readonly task: 'multiclass'; readonly rows: MulticlassRows }
  | { readonly task: 'regression'; readonly rows: RegressionRows };
