import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/domain/drift/significance/random.ts';
import { countScores } from '../../../src/domain/performance/estimated/estimate-on-rows.ts';
import { estimatePerformance } from '../../../src/domain/performance/estimated/estimate-performance.ts';
import { fitIsotonic, valueAt } from '../../../src/domain/performance/estimated/isotonic-regression.ts';
import type { MetricName } from '../../../src/domain/performance/metric.ts';
import type { Estimator } from '../../../src/domain/performance/performance-reference.ts';
import { planEstimator } from '../../../src/domain/performance/reference-building/plan-estimator.ts';
import { BINARY_OUTPUTS, binaryRows, CLASSES, classScores, multiclassRows, outputBounds } from './estimate-rows.ts';

interface Golden {
  readonly isotonic: readonly {
    readonly seed: number;
    readonly rows: number;
    readonly ties: number;
    readonly weighted: boolean;
    readonly knots: readonly [readonly number[], readonly number[]];
    readonly at: readonly number[];
    readonly values: readonly number[];
  }[];
  readonly binary: readonly {
    readonly kind: string;
    readonly seed: number;
    readonly threshold: number;
    readonly isFitted: boolean;
    readonly chunks: readonly Chunk[];
  }[];
  readonly multiclass: readonly {
    readonly seed: number;
    readonly rows: number;
    readonly chunks: readonly Chunk[];
  }[];
}

type Chunk = { readonly [metric in MetricName]?: number };

const GOLDEN = JSON.parse(readFileSync(path.join(import.meta.dirname, 'golden/estimates.json'), 'utf8')) as Golden;

const REFERENCE_ROWS = 20_000;
const CHUNK_ROWS = 5000;

describe('isotonic regression equals scikit-learn', () => {
  it.each(GOLDEN.isotonic)(
    '$rows rows, ties $ties, weighted $weighted',
    ({ seed, rows, ties, weighted, ...expected }) => {
      const draw = createRandom(seed);
      const drawn = Array.from({ length: rows }, () => {
        const score = draw();
        const label = draw() < score ? 1 : 0;
        const weight = weighted ? 1 + Math.floor(draw() * 4) : 1;
        return { score: ties > 0 ? Math.floor(score * ties) / ties : score, label, weight };
      }).sort((a, b) => a.score - b.score);
      const line = fitIsotonic({
        scores: Float64Array.from(drawn, ({ score }) => score),
        labels: drawn.map(({ label }) => label),
        weights: Float64Array.from(drawn, ({ weight }) => weight),
      });
      expect(line.at).toEqual(expected.knots[0]);
      line.values.forEach((value, i) => expect(Math.abs(value - expected.knots[1][i]!)).toBeLessThan(1e-12));
      const values = expected.at.map((score) => valueAt(line, score));
      values.forEach((value, i) => expect(Math.abs(value - expected.values[i]!)).toBeLessThan(1e-12));
    },
  );
});

/** Greatest distance from the golden numbers per metric, over the chunks. */
function distances(
  chunks: readonly Chunk[],
  estimate: (chunk: number) => ReturnType<typeof estimatePerformance>,
): Chunk {
  const worst: { [metric in MetricName]?: number } = {};
  chunks.forEach((expected, chunk) => {
    const own = estimate(chunk);
    for (const [metric, value] of Object.entries(expected) as [MetricName, number][]) {
      worst[metric] = Math.max(worst[metric] ?? 0, Math.abs((own[metric]?.value ?? NaN) - value));
    }
  });
  return worst;
}

function expectNear(worst: Chunk, names: readonly MetricName[], ofArea: number): void {
  for (const name of names) {
    expect(worst[name], name).toBeLessThan(name === 'roc_auc' ? ofArea : 2e-3);
  }
}

describe('estimates from counts equal those of raw rows (NannyML)', () => {
  it.each(GOLDEN.binary)('binary, $kind', ({ kind, seed, threshold, isFitted, chunks }) => {
    const reference = binaryRows(kind, seed, REFERENCE_ROWS, 0);
    const bounds = outputBounds(reference.rows.scores, threshold);
    const estimator = planEstimator(reference, {
      outputs: { ...BINARY_OUTPUTS, threshold },
      boundsOf: () => bounds,
    })!.build() as Estimator & { task: 'binary' };
    expect(estimator.map.isFitted).toBe(isFitted);
    const worst = distances(chunks, (chunk) => {
      const own = binaryRows(kind, seed + 1 + chunk, CHUNK_ROWS, 0.2 * chunk);
      return estimatePerformance(estimator, countScores(estimator, own));
    });
    expectNear(worst, ['roc_auc', 'average_precision', 'accuracy', 'precision', 'recall', 'f1', 'specificity'], 1e-3);
  });

  it.each(GOLDEN.multiclass)('multiclass, by predicted class', ({ seed, rows, chunks }) => {
    const reference = multiclassRows(seed, rows, 0);
    const layouts = new Map(CLASSES.map((label, place) => [label, outputBounds(classScores(reference, place))]));
    const estimator = planEstimator(reference, {
      outputs: { task: 'multiclass', positive: '1', classes: CLASSES.map((label) => ({ label, field: label })) },
      boundsOf: (field) => layouts.get(field),
    })!.build() as Estimator & { task: 'multiclass' };
    const worst = distances(chunks, (chunk) => {
      const own = multiclassRows(seed + 1 + chunk, CHUNK_ROWS, 0.2 * chunk);
      return estimatePerformance(estimator, countScores(estimator, own));
    });
    expectNear(worst, ['roc_auc', 'accuracy', 'precision', 'recall', 'f1'], 2e-3);
  });
});
