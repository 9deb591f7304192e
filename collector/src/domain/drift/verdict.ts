import type { FieldRole } from './reference.ts';
import type { Window } from './observation.ts';

export type Verdict = 'ok' | 'warning' | 'critical' | 'unknown';

export interface NumericStatistics {
  readonly psi: number;
  /** Jensen-Shannon distance, base 2. */
  readonly js: number;
  /** Kolmogorov-Smirnov D. */
  readonly ks: number;
  readonly wasserstein: number;
  readonly wassersteinNormalized: number;
  readonly hellinger: number;
  /** Change of the mean in reference standard deviations. */
  readonly meanShift: number;
}

export interface CategoricalStatistics {
  readonly psi: number;
  readonly js: number;
  readonly lInfinity: number;
  readonly hellinger: number;
  readonly chi2: number;
}

export type StatisticName = keyof NumericStatistics | keyof CategoricalStatistics;

/** What decided: `value` against `threshold` of `statistic`, with the sample sizes of window (n) and reference (m). */
export interface Decision {
  readonly statistic: string;
  readonly value: number;
  readonly threshold: number;
  /** `baseline`, `trailing:28d`, `seasonal`, `pinned:...`. */
  readonly reference: string;
  readonly n: number;
  readonly m: number;
  /** What n was divided by for its significance, >= 1. */
  readonly overdispersion?: number;
}

export interface Impact {
  readonly shift: number | null;
  readonly movement: number | null;
  readonly method: 'response' | 'association' | 'interval' | 'none';
  readonly low: number | null;
  readonly high: number | null;
}

/** The verdict of one field in one window, with its reasons. NaN is never inside: what is not known is null. */
export interface FieldVerdict {
  readonly window: Window;
  readonly field: string;
  readonly role: FieldRole;
  readonly predictionLabel?: string;
  readonly type: 'numeric' | 'categorical';
  readonly rows: number;
  readonly profiled: number;
  readonly missing: number;
  readonly invalid: number;
  readonly unseen: number;
  readonly outOfRange: number;
  readonly statistics: { readonly [name in StatisticName]?: number | null };
  readonly decision: Decision;
  readonly pValue: number | null;
  readonly qValue: number | null;
  readonly impact: Impact;
  readonly verdict: Verdict;
  readonly reason: string;
  /** Share (0 to 1) of the PSI that comes from missing, invalid, unseen and out-of-range rows. */
  readonly qualityShare?: number;
}
