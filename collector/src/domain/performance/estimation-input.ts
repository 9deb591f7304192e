/** What an estimate is made from: counts of scores in the cells of the estimator, of one window and version. Weighted rows. */
export type ScoreCounts =
  | { readonly task: 'binary'; readonly counts: Float64Array; readonly nEff: number }
  | {
      readonly task: 'multiclass';
      /** Per class score (in the order of the estimator's classes), the counts of all rows. */
      readonly counts: readonly Float64Array[];
      /** The same by predicted class: `byPredicted[j][i]`, j the predicted class, i the class score; absent where it is not known. */
      readonly byPredicted?: readonly (readonly Float64Array[])[];
      readonly nEff: number;
    }
  | { readonly task: 'regression'; readonly counts: Float64Array; readonly nEff: number };
