import { observeScores } from '../domain/performance/estimated/observe-scores.ts';
import type { PerformanceReference } from '../domain/performance/performance-reference.ts';
import { predictionOutputsOf } from '../domain/performance/prediction-outputs.ts';
import { referenceOfSegment } from '../domain/performance/segments/reference-of-segment.ts';
import { judgeEstimated } from '../domain/performance/windows/judge-estimated.ts';
import type { StoredSeries } from '../store/store.ts';
import { METRIC } from '@prumo/agent/profile';
import type { VersionPerformance } from './metric-verdict.ts';
import {
  findForeignBounds,
  findJudged,
  layoutHashOf,
  type JudgedVersion,
  type WindowSources,
} from './observe-windows.ts';
import { performanceSettingsOf } from './performance-settings.ts';
import { groupByVersion, readWindowSeries, type WindowQuestion } from './window-series.ts';

/** Estimates the performance of every version that served, window by window, from the profiles of its scores. */
export async function measureEstimates(
  sources: WindowSources,
  question: WindowQuestion,
): Promise<VersionPerformance[]> {
  const { model } = question;
  const byVersion = groupByVersion(sources.registry, model, await readScores(sources, question));
  const measured: VersionPerformance[] = [];
  for (const [name, own] of byVersion) {
    const judged = name === '' ? undefined : await findJudged(sources.registry, model, name);
    // Without labels in its baseline a version has nothing to estimate from: there is no row, rather than one that says so each time.
    if (judged?.reference.performance === undefined) continue;
    const boundsOf = await findForeignBounds(sources.registry, model, own, judged.reference);
    for (const [startMs, ofWindow] of Map.groupBy(own, ({ windowStart }) => windowStart.getTime())) {
      const window = { start: new Date(startMs), end: new Date(startMs + question.windowMs) };
      const rows = rowsOf(ofWindow);
      const reference = referenceOfSegment(judged.reference.performance, question.segment);
      const counts = countScores(judged, reference, ofWindow, boundsOf);
      const input = { window, rows, counts, reference };
      const performance = judgeEstimated(input, performanceSettingsOf(judged.modelFile));
      measured.push({ version: name, performance });
    }
  }
  return measured.sort((a, b) => a.performance.window.start.getTime() - b.performance.window.start.getTime());
}

function countScores(
  { reference: { fields } }: JudgedVersion,
  performance: PerformanceReference | undefined,
  series: readonly StoredSeries[],
  boundsOf: (hash: string) => readonly number[] | undefined,
) {
  if (performance?.estimator === undefined) return { unknown: 'the baseline cannot estimate' };
  return observeScores(performance.estimator, fields, series, { layoutHash: layoutHashOf, boundsOf });
}

/** Series of the fields that estimates are made from, of whatever version; each field with the rows of the model beside it. */
async function readScores({ store, registry }: WindowSources, question: WindowQuestion): Promise<StoredSeries[]> {
  const { model } = question;
  const { versions } = await registry.showModel(model);
  const fields = new Set<string>();
  for (const { version } of versions) {
    const { task, outputs } = registry.modelFileOf(await registry.find(model, version));
    const { field, classes } = predictionOutputsOf(task, outputs);
    for (const name of [...(field === undefined ? [] : [field]), ...classes.map((one) => one.field)]) fields.add(name);
  }
  const read: StoredSeries[] = [];
  for (const field of fields) {
    const series = await readWindowSeries(store, { ...question, field });
    // Every answer brings the rows of the model: they are taken once.
    read.push(...series.filter(({ field: name }) => name === field || read.length === 0));
  }
  return read;
}

/** Rows that the model scored. */
function rowsOf(series: readonly StoredSeries[]): number {
  const counted = series.filter(({ metric }) => metric === METRIC.inferenceRows).map(({ count }) => count);
  return counted.reduce((sum, count) => sum + count, 0);
}
