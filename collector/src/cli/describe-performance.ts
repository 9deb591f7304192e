import type { ModelFile } from '../api/model-file.ts';
import type { Reference } from '../domain/drift/reference.ts';
import { formatTogether, nameMetric } from '../domain/performance/limits/describe-metric.ts';
import { DEFAULT_PRIMARY } from '../domain/performance/metric.ts';
import type { Estimator } from '../domain/performance/performance-reference.ts';

/** What a baseline learned of the performance, in lines for people; none where it learned nothing. */
export function describePerformance({ performance }: Reference, modelFile: ModelFile): string[] {
  if (performance === undefined) return [];
  const primary = primaryOf(modelFile);
  const expected = performance.expected[primary];
  if (performance.estimator === undefined && expected === undefined) {
    return [
      'No performance is expected or estimated: the model was fitted on training rows, so they say nothing of rows to come.',
    ];
  }
  const value = expected === undefined ? 'unknown' : formatTogether([expected.value])[0]!;
  const segments = performance.segments.length > 0 ? `, also of ${performance.segments.length} segments` : '';
  return [
    `Expected ${nameMetric(primary)} ${value}, from ${performance.rows} labeled rows${segments}.`,
    describeEstimator(performance.estimator),
  ];
}

function describeEstimator(estimator: Estimator | undefined): string {
  if (estimator === undefined) return 'No estimates without labels: the score has no layout.';
  if (estimator.task === 'regression') return 'Estimates without labels stand on the mean losses by prediction.';
  const maps = mapsOf(estimator);
  const fitted = maps.filter(({ isFitted }) => isFitted).length;
  if (fitted === 0)
    return 'Estimates without labels take the scores as probabilities: a calibration map did not improve them.';
  const share = maps.length === 1 ? '' : ` for ${fitted} of ${maps.length} classes`;
  return `Estimates without labels stand on a calibration map${share}: it lowered the calibration error on rows it was not fitted on.`;
}

/** The same for `--json`. */
export function summarizePerformance({ performance }: Reference, modelFile: ModelFile): object {
  if (performance === undefined) return {};
  const { rows, expected, estimator, segments } = performance;
  const primary = primaryOf(modelFile);
  const isCalibrated = estimator !== undefined && mapsOf(estimator).some(({ isFitted }) => isFitted);
  return {
    performance: {
      labels: rows,
      primary,
      expected: expected[primary]?.value ?? null,
      canEstimate: estimator !== undefined,
      isCalibrated,
      segments: segments.length,
    },
  };
}

function primaryOf({ task, performance }: ModelFile) {
  return performance?.primary ?? DEFAULT_PRIMARY[task];
}

function mapsOf(estimator: Estimator) {
  if (estimator.task === 'regression') return [];
  return estimator.task === 'binary' ? [estimator.map] : estimator.classes.map(({ map }) => map);
}
