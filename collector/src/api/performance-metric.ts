/** Metrics of performance by task: those that a model file may name as its primary one, and that answers hold. */
const METRICS = {
  binary: [
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
  ],
  multiclass: ['roc_auc', 'log_loss', 'accuracy', 'precision', 'recall', 'f1'],
  regression: ['mae', 'mse', 'rmse', 'mape', 'r2', 'bias'],
} as const;

/** Every metric of performance. */
export const PERFORMANCE_METRICS = [...METRICS.binary, ...METRICS.regression] as const;

export type PerformanceMetric = (typeof PERFORMANCE_METRICS)[number];

/** Whether a metric is defined for a task. */
export function metricFits(metric: PerformanceMetric, task: keyof typeof METRICS): boolean {
  return METRICS[task].some((own) => own === metric);
}
