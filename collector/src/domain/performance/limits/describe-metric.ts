import { formatCount } from '../../drift/describe.ts';
import type { MetricName } from '../metric.ts';

const NAMES: Readonly<Record<MetricName, string>> = {
  roc_auc: 'ROC AUC',
  gini: 'Gini',
  ks_separation: 'KS separation',
  average_precision: 'average precision',
  log_loss: 'log loss',
  brier: 'Brier score',
  ece: 'calibration error',
  accuracy: 'accuracy',
  precision: 'precision',
  recall: 'recall',
  f1: 'F1',
  specificity: 'specificity',
  positive_rate: 'positive rate',
  mean_score: 'mean score',
  precision_at_k: 'precision at k',
  recall_at_k: 'recall at k',
  lift: 'lift',
  business_value: 'business value',
  mae: 'MAE',
  mse: 'MSE',
  rmse: 'RMSE',
  mape: 'MAPE',
  r2: 'R2',
  bias: 'bias',
};

/** The name of a metric in a sentence. */
export function nameMetric(metric: MetricName): string {
  return NAMES[metric];
}

/** Numbers of one sentence with as many significant digits (at least three) as tell them apart: `0.897`, `0.9`. */
export function formatTogether(values: readonly number[]): string[] {
  for (let digits = 3; digits < 8; digits++) {
    const texts = values.map((value) => formatNumber(value, digits));
    if (new Set(texts).size === new Set(values).size) return texts;
  }
  return values.map((value) => formatNumber(value, 8));
}

function formatNumber(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 1e5 && size < 1e15) return value < 0 ? `-${formatCount(size)}` : formatCount(size);
  if (size !== 0 && size < 1e-4) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(size >= 1000 ? Math.max(5, digits) : digits)));
}
