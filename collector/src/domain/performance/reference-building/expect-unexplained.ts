import { countScores } from '../estimated/estimate-on-rows.ts';
import { estimatePerformance } from '../estimated/estimate-performance.ts';
import type { EstimateSettings } from '../estimated/estimate-settings.ts';
import { unexplainedChange } from '../estimated/unexplained-change.ts';
import type { LabeledRows } from '../labeled-rows.ts';
import { expectMetrics } from '../limits/expect-metrics.ts';
import type { Measurement, Measurements, MetricName } from '../metric.ts';
import type { Estimator, ExpectedMetrics } from '../performance-reference.ts';
import type { Measured } from '../realized/measured.ts';
import type { EstimatorPlan } from './plan-estimator.ts';

/** Maps are fitted so many times at most; chunks share them in turns. */
const MOST_FITS = 20;

/** A run of rows in the order of time, with what its labels say. */
export interface MeasuredChunk {
  readonly labeled: LabeledRows;
  readonly measured: Measured;
}

/**
 * How far realized and estimated performance stray from each other where nothing drifted: their difference on each chunk, by a map that the
 * chunk's rows had no part in. The expected difference is the mean of the chunks by rows; its standard error is that of labels given the scores, at
 * the reference's rows: so large is the map's own error too, which limits hold beside the window's.
 *
 * @param chunkOfRow chunk of each row that the plan is made of
 */
export function expectUnexplained(
  plan: EstimatorPlan,
  chunks: readonly MeasuredChunk[],
  chunkOfRow: ArrayLike<number>,
  whole: MeasuredChunk,
  settings: EstimateSettings,
): ExpectedMetrics | undefined {
  if (chunks.length < 2) return undefined;
  const fits = Math.min(MOST_FITS, chunks.length);
  const changes: Measured[] = [];
  for (let fit = 0; fit < fits; fit++) {
    const estimator = plan.build((row) => chunkOfRow[row]! % fits === fit);
    for (let i = fit; i < chunks.length; i += fits) {
      const { labeled, measured } = chunks[i]!;
      const metrics = changeByLabels(estimator, { labeled, measured }, settings);
      changes.push({ ...measured, metrics });
    }
  }
  const { measured } = whole;
  const own = changeByLabels(plan.build(), whole, settings);
  const metrics: { [metric in MetricName]?: Measurement } = {};
  for (const [metric, change] of Object.entries(own) as [MetricName, Measurement][]) {
    const mean = meanByRows(metric, changes);
    if (mean !== undefined) metrics[metric] = { ...change, value: mean };
  }
  return expectMetrics({ ...measured, metrics }, changes);
}

/** The unexplained change with the error of labels alone. */
function changeByLabels(
  estimator: Estimator,
  { labeled, measured }: MeasuredChunk,
  settings: EstimateSettings,
): Measurements {
  const counts = countScores(estimator, labeled);
  const estimated = estimatePerformance(estimator, counts, settings, { scores: false, map: false });
  return unexplainedChange(measured.metrics, estimated);
}

/** Mean by the chunks' rows; the sum for a business value, a total. */
function meanByRows(metric: MetricName, chunks: readonly Measured[]): number | undefined {
  let sum = 0;
  let weight = 0;
  for (const chunk of chunks) {
    const value = chunk.metrics[metric]?.value;
    if (value === undefined) continue;
    sum += metric === 'business_value' ? value : value * chunk.weight;
    weight += chunk.weight;
  }
  if (weight === 0) return undefined;
  return metric === 'business_value' ? sum : sum / weight;
}
