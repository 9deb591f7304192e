const BINARY = [
  'roc_auc',
  'gini',
  'ks',
  'average_precision',
  'log_loss',
  'brier',
  'calibration_error',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'specificity',
  'business_value',
] as const;
const REGRESSION = ['mae', 'mse', 'rmse', 'mape', 'r2', 'bias'] as const;
const MULTICLASS: readonly string[] = ['roc_auc', 'log_loss', 'accuracy', 'precision', 'recall', 'f1'];

/** Metrics of performance that a model file may name as its primary one. */
export const PERFORMANCE_METRICS = [...BINARY, ...REGRESSION] as const;

/** Whether a metric is defined for a task. */
export function metricFits(
  metric: (typeof PERFORMANCE_METRICS)[number],
  task: 'binary' | 'multiclass' | 'regression',
): boolean {
  if (task === 'multiclass') return MULTICLASS.includes(metric);
  const metrics: readonly string[] = task === 'binary' ? BINARY : REGRESSION;
  return metrics.includes(metric);
}
