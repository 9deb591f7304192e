import { beforeAll, describe, expect, it } from 'vitest';
import { buildReferenceField } from '../../collector/src/domain/drift/reference-building/build-reference-field.ts';
import { countScores } from '../../collector/src/domain/performance/estimated/estimate-on-rows.ts';
import { estimatePerformance } from '../../collector/src/domain/performance/estimated/estimate-performance.ts';
import type { LabeledRows } from '../../collector/src/domain/performance/labeled-rows.ts';
import { judgeMetric } from '../../collector/src/domain/performance/limits/judge-metric.ts';
import type { Measurements, MetricName } from '../../collector/src/domain/performance/metric.ts';
import type { PerformanceReference } from '../../collector/src/domain/performance/performance-reference.ts';
import { buildPerformance } from '../../collector/src/domain/performance/reference-building/build-performance.ts';
import { hasCensusData, readCensusColumns, type TextColumns } from './census-data.ts';

const CHUNK_ROWS = 5000;
const REFERENCE_CHUNKS = 14;
const SCORE = 'predicted_probability';

/** Chunks of the analysis period with the known change. */
const CHANGED = [27, 28];

function splitRows(rows: number): number[] {
  return Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, i) => Math.min(CHUNK_ROWS, rows - i * CHUNK_ROWS));
}

/** Scores alone: labels are not looked at by an estimate. */
function unlabeled(scores: Float64Array): LabeledRows {
  const weights = new Float64Array(scores.length).fill(1);
  return { task: 'binary', rows: { scores, labels: new Uint8Array(scores.length), weights } };
}

if (!hasCensusData)
  process.stdout.write('skipped: the US Census data of ../shared/data are not beside this repository\n');

describe.skipIf(!hasCensusData)('US Census: performance without labels, from 256 counts of each chunk', () => {
  let performance: PerformanceReference;
  let chunks: readonly { readonly rows: number; readonly estimates: Measurements }[];
  let expected: TextColumns;

  beforeAll(() => {
    const reference = readCensusColumns('reference.csv.gz');
    const scores = Float64Array.from(reference.get(SCORE) ?? [], Number);
    const chunkRows = splitRows(scores.length);
    const { layout } = buildReferenceField({
      name: SCORE,
      role: 'output',
      elementType: 'float64',
      column: { type: 'numeric', values: scores },
      chunkRows,
      options: { thresholds: [0.5] },
    }).field;
    const built = buildPerformance({
      kind: 'heldout',
      outputs: { task: 'binary', field: SCORE, classes: [], positive: '1', threshold: 0.5 },
      boundsOf: () => (layout.kind === 'edges' ? layout.bounds : undefined),
      labels: reference.get('employed') ?? [],
      columns: { scores, outputOf: () => [] },
      chunkRows,
      segments: new Map(),
      measure: { threshold: 0.5 },
    });
    expect(built.warnings).toEqual([]);
    performance = built.performance!;
    const { estimator } = performance;
    const later = Float64Array.from(readCensusColumns('analysis.csv.gz').get(SCORE) ?? [], Number);
    chunks = [scores, later].flatMap((period) =>
      splitRows(period.length).map((rows, i) => {
        const own = period.subarray(i * CHUNK_ROWS, i * CHUNK_ROWS + rows).slice();
        return { rows, estimates: estimatePerformance(estimator!, countScores(estimator!, unlabeled(own))) };
      }),
    );
    expected = readCensusColumns('expected-nannyml-cbpe.csv');
  });

  it.each<[MetricName, number]>([
    ['roc_auc', 1e-3],
    ['average_precision', 2e-3],
    ['accuracy', 2e-3],
    ['precision', 2e-3],
    ['recall', 2e-3],
    ['f1', 2e-3],
    ['specificity', 2e-3],
  ])('%s of all 56 chunks is that of NannyML 0.13.1 on raw rows within %d', (metric, limit) => {
    const values = expected.get(`${metric}_value`)!.map(Number);
    expect(values).toHaveLength(56);
    chunks.forEach(({ estimates }, i) => {
      expect(Math.abs(estimates[metric]!.value - values[i]!), `chunk ${i}`).toBeLessThan(limit);
    });
  });

  it('keeps a map that rises, of at most 255 bounds, the threshold one of them', () => {
    if (performance.estimator?.task !== 'binary') throw new Error('the estimator is of another task');
    const { map } = performance.estimator;
    expect(map.isFitted).toBe(true);
    expect(map.bounds.length).toBeLessThanOrEqual(255);
    expect(map.bounds.some((bound) => bound < 0.5 && 0.5 - bound < 1e-15)).toBe(true);
    map.probabilities.forEach((p, i) => i > 0 && expect(p).toBeGreaterThanOrEqual(map.probabilities[i - 1]! - 1e-12));
  });

  it('alarms by the estimated ROC AUC on the two changed chunks, and on no other', () => {
    const judged = chunks.map(({ rows, estimates }) =>
      judgeMetric('roc_auc', estimates.roc_auc!, performance.expected.roc_auc, rows),
    );
    const alarmed = judged.flatMap(({ verdict }, i) => (verdict === 'ok' ? [] : [i - REFERENCE_CHUNKS]));
    expect(alarmed).toEqual(CHANGED);
  });
});
