import type { Verdict } from '../../drift/verdict.ts';
import type { Window } from '../../drift/observation.ts';
import type { MetricName } from '../metric.ts';
import type { MetricVerdict } from '../metric-verdict.ts';
import type { ClassMeasured, Confusion, ScoreBand } from '../realized/measured.ts';

/** `realized` from labels, `estimated` without them, `concept`: what labels say beyond the estimate on the same rows. */
export type PerformanceKind = 'realized' | 'estimated' | 'concept';

/** A metric's verdict; of kind `concept`, beside what it is the difference of. */
export type WindowMetric = MetricVerdict & { readonly realized?: number; readonly estimated?: number };

/** Verdicts by metric. A metric that cannot be known is absent. */
export type WindowMetrics = { readonly [metric in MetricName]?: WindowMetric };

/** Labeled and unlabeled rows compared by their scores. */
export interface Selection {
  readonly unlabeledRows: number;
  readonly meanScoreLabeled: number | null;
  readonly meanScoreUnlabeled: number | null;
  /** Greatest difference of the two distribution functions. */
  readonly ks: number | null;
  readonly statement: string;
}

/** What an answer shows beside the metrics. Absent where it does not apply. */
export interface PerformanceDetails {
  readonly absent?: number;
  readonly unobservable?: number;
  readonly unusable?: number;
  readonly corrections?: number;
  readonly delay?: { readonly medianMs: number; readonly p95Ms: number };
  readonly selection?: Selection;
  readonly confusion?: Confusion;
  readonly classes?: readonly ClassMeasured[];
  readonly bands?: readonly ScoreBand[];
}

/** The performance of one version over one window. The row's verdict is the primary metric's. */
export interface WindowPerformance {
  readonly window: Window;
  readonly kind: PerformanceKind;
  /** Rows that the model scored, weighted. */
  readonly rows: number;
  /** Rows of them with a label, weighted. */
  readonly labels: number;
  /** Labels over the rows that can get one; null where there is none of these. */
  readonly coverage: number | null;
  readonly mature: boolean;
  readonly metrics: WindowMetrics;
  readonly primary: MetricName;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly details: PerformanceDetails;
}
