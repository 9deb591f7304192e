import { formatCount } from '../../drift/describe.ts';
import type { Window } from '../../drift/observation.ts';
import type { LabeledRows } from '../labeled-rows.ts';
import { judgeMetric } from '../limits/judge-metric.ts';
import { METRICS_OF, type MetricName } from '../metric.ts';
import type { PerformanceReference } from '../performance-reference.ts';
import { measureLabeled } from '../realized/measure-labeled.ts';
import type { Measured } from '../realized/measured.ts';
import { tooFewLabels } from '../limits/too-few-labels.ts';
import { holdVerdicts } from './hold-verdicts.ts';
import type { Maturity } from './maturity.ts';
import type { PerformanceSettings } from './performance-settings.ts';
import type { PerformanceDetails, WindowMetric, WindowPerformance } from './window-performance.ts';

/** What labels say of one version in one window. */
export interface RealizedInput {
  readonly window: Window;
  readonly labeled: LabeledRows;
  /** Weighted rows that were scored, and that have a label, usable or not. */
  readonly rows: number;
  readonly labels: number;
  readonly coverage: number | null;
  readonly maturity: Maturity;
  /** Absent where the baseline's rows had no labels: metrics are shown, and nothing is expected. */
  readonly reference: PerformanceReference | undefined;
  readonly details: PerformanceDetails;
}

/** A window's realized performance, and the measurements that it was judged by. */
export interface RealizedPerformance {
  readonly performance: WindowPerformance;
  readonly measured: Measured;
}

/** Measures the labeled rows of a window and holds each metric to its limits at that number of rows. */
export function judgeRealized(input: RealizedInput, settings: PerformanceSettings): RealizedPerformance {
  const { window, labeled, rows, labels, coverage, maturity, reference, details } = input;
  const measured = measureLabeled(labeled, { ...settings.measure, seed: window.start.getTime() });
  const doubt =
    (labels === 0 ? `no label of ${formatCount(rows)} rows has come` : undefined) ??
    tooFewLabels(labeled) ??
    (maturity.mature ? undefined : maturity.reason) ??
    missing(reference);
  const rules = { weight: measured.weight };
  const metrics: { [metric in MetricName]?: WindowMetric } = {};
  for (const metric of METRICS_OF[labeled.task]) {
    const own = measured.metrics[metric];
    if (own !== undefined)
      metrics[metric] = judgeMetric(metric, own, reference?.expected[metric], measured.nEff, rules);
  }
  const { confusion, bands, classes } = measured;
  return {
    measured,
    performance: {
      window,
      kind: 'realized',
      rows,
      labels,
      coverage,
      mature: maturity.mature,
      ...holdVerdicts(metrics, settings.primary, doubt),
      details: {
        ...details,
        ...(confusion === undefined ? {} : { confusion }),
        ...(bands === undefined ? {} : { bands }),
        ...(classes === undefined ? {} : { classes }),
      },
    },
  };
}

function missing(reference: PerformanceReference | undefined): string | undefined {
  if (reference !== undefined && Object.keys(reference.expected).length === 0) {
    return 'the baseline holds training rows, which say nothing of what to expect (prumo baseline --kind heldout)';
  }
  return reference === undefined
    ? 'the baseline has no labels, or too few, of these rows: nothing is expected'
    : undefined;
}
