/** Metrics of a binary model, in the order in which they are shown. */
export const BINARY_METRICS = [
  'roc_auc',
  'gini',
  'ks_separation',
  'average_precision',
  'log_loss',
  'brier',
  'ece',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'specificity',
  'positive_rate',
  'mean_score',
  'precision_at_k',
  'recall_at_k',
  'lift',
  'business_value',
] as const;

/** Metrics of a multiclass model: macro averages over the classes, but for log loss and accuracy. */
export const MULTICLASS_METRICS = ['roc_auc', 'log_loss', 'accuracy', 'precision', 'recall', 'f1'] as const;

/** Metrics of a regression. `bias` is the mean of (prediction - label). */
export const REGRESSION_METRICS = ['mae', 'mse', 'rmse', 'mape', 'r2', 'bias'] as const;

export type MetricName =
  (typeof BINARY_METRICS)[number] | (typeof MULTICLASS_METRICS)[number] | (typeof REGRESSION_METRICS)[number];

export type Task = 'binary' | 'multiclass' | 'regression';

/** The metrics of a task. */
export const METRICS_OF: Readonly<Record<Task, readonly MetricName[]>> = {
  binary: BINARY_METRICS,
  multiclass: MULTICLASS_METRICS,
  regression: REGRESSION_METRICS,
};

/** The metric whose verdict is the row's, where the model file names none. */
export const DEFAULT_PRIMARY: Readonly<Record<Task, MetricName>> = {
  binary: 'roc_auc',
  multiclass: 'roc_auc',
  regression: 'rmse',
};

/** Which side of what is expected is bad: `both` for what should not move at all. */
export type BadSide = 'low' | 'high' | 'both';

const HIGH_IS_BAD: readonly MetricName[] = ['log_loss', 'brier', 'ece', 'mae', 'mse', 'rmse', 'mape'];
const BOTH_ARE_BAD: readonly MetricName[] = ['positive_rate', 'mean_score', 'bias'];

/** Which side is bad for a metric. */
export function badSideOf(metric: MetricName): BadSide {
  if (BOTH_ARE_BAD.includes(metric)) return 'both';
  return HIGH_IS_BAD.includes(metric) ? 'high' : 'low';
}

/** A metric with its 95 % interval. NaN is never inside: a metric that cannot be known is absent from where it would stand. */
export interface Measurement {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Standard error of the value at this number of rows. */
  readonly se: number;
}

/** Metrics by name; what cannot be known is absent. */
export type Measurements = { readonly [metric in MetricName]?: Measurement };
