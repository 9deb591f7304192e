import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createRandom } from '../../../src/domain/drift/significance/random.ts';
import { digamma } from '../../../src/domain/performance/estimated/digamma.ts';
import { countScores, estimateOnRows } from '../../../src/domain/performance/estimated/estimate-on-rows.ts';
import { estimatePerformance } from '../../../src/domain/performance/estimated/estimate-performance.ts';
import {
  areaSensitivity,
  averagePrecisionSensitivity,
  separationSensitivity,
  topSensitivities,
} from '../../../src/domain/performance/estimated/ranking-sensitivities.ts';
import { decisionSensitivities } from '../../../src/domain/performance/estimated/decision-sensitivities.ts';
import { scoreSensitivities } from '../../../src/domain/performance/estimated/score-sensitivities.ts';
import { splitCells } from '../../../src/domain/performance/estimated/scored-cells.ts';
import type { Sensitivity } from '../../../src/domain/performance/estimated/sensitivity.ts';
import type { LabeledRows } from '../../../src/domain/performance/labeled-rows.ts';
import type { MetricName } from '../../../src/domain/performance/metric.ts';
import type { CalibrationMap, Estimator } from '../../../src/domain/performance/performance-reference.ts';
import { measureLabeled } from '../../../src/domain/performance/realized/measure-labeled.ts';
import { planEstimator } from '../../../src/domain/performance/reference-building/plan-estimator.ts';
import {
  BINARY_OUTPUTS,
  binaryRows,
  CLASSES,
  classScores,
  multiclassRows,
  outputBounds,
  regressionRows,
} from './estimate-rows.ts';

const BUSINESS = { truePositive: 40, falsePositive: -1, falseNegative: -20 };

/** Maps of a few cells with what rows of a window lie in them. */
const mapAndCounts = fc.integer({ min: 2, max: 12 }).chain((cells) =>
  fc
    .record({
      probabilities: fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: cells, maxLength: cells }),
      rows: fc.array(fc.integer({ min: 0, max: 500 }), { minLength: cells, maxLength: cells }),
      counts: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: cells, maxLength: cells }),
    })
    .filter(({ counts }) => counts.some((count) => count > 0))
    .map(({ probabilities, rows, counts }) => {
      const bounds = Array.from({ length: cells - 1 }, (_, i) => (i + 1) / cells);
      const rising = probabilities.toSorted((a, b) => a - b);
      const meanScores = rising.map((_, i) => (i + 0.5) / cells);
      const map: CalibrationMap = { bounds, probabilities: rising, meanScores, rows, isFitted: true };
      return { map, counts: Float64Array.from(counts) };
    }),
);

function binary(map: CalibrationMap): Estimator {
  return { task: 'binary', field: 'score', map, threshold: 0.5 };
}

const FINITE_RANGES: { readonly [metric in MetricName]?: readonly [number, number] } = {
  gini: [-1, 1],
  log_loss: [0, Infinity],
  lift: [0, 10],
  business_value: [-Infinity, Infinity],
};

test('every estimate is a number in its range and inside its interval', () => {
  fc.assert(
    fc.property(mapAndCounts, ({ map, counts }) => {
      const estimates = estimatePerformance(binary(map), { task: 'binary', counts, nEff: 100 }, { business: BUSINESS });
      expect(Object.keys(estimates).length).toBeGreaterThan(10);
      for (const [metric, { value, low, high, se }] of Object.entries(estimates)) {
        const [min, max] = FINITE_RANGES[metric as MetricName] ?? [0, 1];
        expect(value, metric).toBeGreaterThanOrEqual(min);
        expect(value, metric).toBeLessThanOrEqual(max);
        expect(low <= value && value <= high && se >= 0, metric).toBe(true);
      }
    }),
  );
});

test('the estimate of merged windows is that of their counts; it does not depend on the scale of weights but for average precision', () => {
  const reference = binaryRows('miscalibrated', 1, 5000, 0);
  const bounds = outputBounds(reference.rows.scores, 0.5);
  const estimator = planEstimator(reference, { outputs: BINARY_OUTPUTS, boundsOf: () => bounds })!.build();
  const [a, b] = [binaryRows('miscalibrated', 2, 700, 0.3), binaryRows('miscalibrated', 3, 900, 0)];
  const merged: LabeledRows = {
    task: 'binary',
    rows: {
      scores: Float64Array.of(...a.rows.scores, ...b.rows.scores),
      labels: Uint8Array.of(...a.rows.labels, ...b.rows.labels),
      weights: Float64Array.of(...a.rows.weights, ...b.rows.weights),
    },
  };
  const [countsOfA, countsOfB] = [a, b].map((rows) => countScores(estimator, rows)) as [Binary, Binary];
  const counts = countsOfA.counts.map((count, i) => count + countsOfB.counts[i]!);
  const summed = { task: 'binary', counts, nEff: 1600 } as const;
  expect(estimatePerformance(estimator, summed)).toEqual(
    estimatePerformance(estimator, countScores(estimator, merged)),
  );
  const weighted = estimatePerformance(estimator, { ...summed, counts: counts.map((count) => 8 * count) });
  for (const [metric, { value, se }] of Object.entries(estimatePerformance(estimator, summed))) {
    if (metric === 'average_precision') continue;
    expect(weighted[metric as MetricName]!.value, metric).toBeCloseTo(value, 10);
    expect(weighted[metric as MetricName]!.se, metric).toBeGreaterThanOrEqual(se * (1 - 1e-9));
  }
});

type Binary = Extract<ReturnType<typeof countScores>, { task: 'binary' }>;

test('the slopes of each metric are its derivatives', () => {
  const map: CalibrationMap = {
    bounds: [0.2, 0.4, 0.6, 0.8],
    probabilities: [0.05, 0.2, 0.45, 0.7, 0.9],
    meanScores: [0.1, 0.3, 0.5, 0.7, 0.9],
    rows: [100, 100, 100, 100, 100],
    isFitted: true,
  };
  const all = (positives: Float64Array, negatives: Float64Array): Record<string, Sensitivity> => {
    const counts = positives.map((own, i) => own + negatives[i]!);
    const cells = {
      ...splitCells(map, counts, 1000),
      positives,
      negatives,
      totalPositives: positives.reduce((sum, own) => sum + own, 0),
      totalNegatives: negatives.reduce((sum, own) => sum + own, 0),
    };
    const top = topSensitivities(cells, 0.25);
    return {
      area: areaSensitivity(cells),
      separation: separationSensitivity(cells),
      averagePrecision: averagePrecisionSensitivity(cells),
      ...Object.fromEntries(Object.entries(top).map(([name, metric]) => [`top ${name}`, metric])),
      ...decisionSensitivities(cells, (cell) => cell > 2, BUSINESS),
      ...scoreSensitivities(cells, map.meanScores),
    };
  };
  const positives = Float64Array.of(40, 90, 130, 210, 180);
  const negatives = Float64Array.of(600, 400, 170, 90, 20);
  const moved = (values: Float64Array, cell: number, step: number) =>
    values.map((value, i) => (i === cell ? value + step : value));
  const step = 0.01;
  for (const [name, metric] of Object.entries(all(positives, negatives))) {
    // The curve's slopes at the middle of cells are the closed form's up to the cells' width.
    const size = Math.max(...metric.byPositives.map(Math.abs), ...metric.byNegatives.map(Math.abs));
    const allowed = (name === 'averagePrecision' ? 0.05 : 1e-3) * size;
    for (let cell = 0; cell < 5; cell++) {
      const up = all(moved(positives, cell, step), negatives)[name]!.value;
      const down = all(moved(positives, cell, -step), negatives)[name]!.value;
      expect(Math.abs((up - down) / (2 * step) - metric.byPositives[cell]!), `${name} ${cell}`).toBeLessThan(allowed);
      const more = all(positives, moved(negatives, cell, step))[name]!.value;
      const less = all(positives, moved(negatives, cell, -step))[name]!.value;
      expect(Math.abs((more - less) / (2 * step) - metric.byNegatives[cell]!), `${name} ${cell}`).toBeLessThan(allowed);
    }
  }
});

test('digamma: the sum of the first reciprocals, and the recurrence', () => {
  expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 14);
  expect(digamma(0.5)).toBeCloseTo(-1.9635100260214235, 14);
  let harmonic = 0;
  for (let n = 1; n <= 1000; n++) {
    harmonic += 1 / n;
    expect(digamma(n + 1) - digamma(1)).toBeCloseTo(harmonic, 12);
  }
});

test('average precision is the sum over the ranks of each cell', () => {
  const map = { bounds: [0.5], probabilities: [0.2, 0.7], meanScores: [0.2, 0.7], rows: [9, 9], isFitted: false };
  let [sum, hits, taken] = [0, 0, 0];
  for (const { rows, p } of [
    { rows: 7, p: 0.7 },
    { rows: 12, p: 0.2 },
  ]) {
    for (let rank = 0; rank < rows; rank++) {
      hits += p;
      taken += 1;
      sum += (hits / taken) * p;
    }
  }
  const { average_precision } = estimatePerformance(binary(map), {
    task: 'binary',
    counts: Float64Array.of(12, 7),
    nEff: 19,
  });
  expect(average_precision!.value).toBeCloseTo(sum / hits, 12);
});

describe('standard errors are those of the realized metric', () => {
  /** Means and standard deviations over windows that are drawn anew. */
  function spread(draw: (seed: number) => LabeledRows, windows: number): ReadonlyMap<string, readonly number[]> {
    const values = new Map<string, number[]>();
    for (let seed = 0; seed < windows; seed++) {
      const { metrics } = measureLabeled(draw(seed), { seed: 1, replicates: 2, threshold: 0.5, business: BUSINESS });
      for (const [metric, { value }] of Object.entries(metrics)) {
        values.set(metric, [...(values.get(metric) ?? []), value]);
      }
    }
    return values;
  }

  const deviation = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  };

  const WINDOWS = 300;

  it('binary: within a fifth, for rows drawn anew', () => {
    const reference = binaryRows('miscalibrated', 77, 100_000, 0);
    const bounds = outputBounds(reference.rows.scores, 0.5);
    const estimator = planEstimator(reference, { outputs: BINARY_OUTPUTS, boundsOf: () => bounds })!.build();
    const counts = countScores(estimator, reference) as Binary;
    const estimates = estimatePerformance(
      estimator,
      { ...counts, counts: counts.counts.map((n) => n / 100), nEff: 1000 },
      {
        business: BUSINESS,
      },
    );
    const drawn = spread((seed) => binaryRows('miscalibrated', 1000 + seed, 1000, 0), WINDOWS);
    for (const [metric, { se }] of Object.entries(estimates)) {
      // A greatest distance is no smooth function of counts: its error is rather overstated.
      const [least, most] = metric === 'ks_separation' ? [0.7, 1.6] : [0.8, 1.25];
      const ratio = se / deviation(drawn.get(metric)!);
      expect(ratio, metric).toBeGreaterThan(least);
      expect(ratio, metric).toBeLessThan(most);
    }
  });

  it('regression: within a fifth, for rows drawn anew', () => {
    const reference = regressionRows(7, 50_000, 0);
    const bounds = outputBounds(reference.rows.predictions);
    const outputs = { task: 'regression', field: 'value', classes: [], positive: '1' } as const;
    const estimator = planEstimator(reference, { outputs, boundsOf: () => bounds })!.build();
    const counts = countScores(estimator, reference) as Extract<ReturnType<typeof countScores>, { task: 'regression' }>;
    const estimates = estimatePerformance(estimator, { ...counts, nEff: 1000 });
    const drawn = spread((seed) => regressionRows(500 + seed, 1000, 0), WINDOWS);
    expect(Object.keys(estimates)).toEqual(['mae', 'mse', 'rmse', 'mape', 'r2', 'bias']);
    for (const [metric, { value, se }] of Object.entries(estimates)) {
      const realized = drawn.get(metric)!;
      const mean = realized.reduce((sum, own) => sum + own, 0) / realized.length;
      expect(Math.abs(mean - value), metric).toBeLessThan(se / 4);
      const ratio = se / deviation(realized);
      expect(ratio, metric).toBeGreaterThan(0.8);
      expect(ratio, metric).toBeLessThan(metric === 'r2' ? 1.6 : 1.25);
    }
  });

  it('on given rows it holds the chance of labels only: less than for rows drawn anew', () => {
    const rows = binaryRows('miscalibrated', 5, 2000, 0);
    const bounds = outputBounds(rows.rows.scores, 0.5);
    const estimator = planEstimator(rows, { outputs: BINARY_OUTPUTS, boundsOf: () => bounds })!.build();
    const given = estimateOnRows(estimator, rows);
    const anew = estimatePerformance(estimator, countScores(estimator, rows));
    expect(given.positive_rate!.se).toBe(0);
    for (const [metric, { value, se }] of Object.entries(given)) {
      expect(anew[metric as MetricName]!.value).toBe(value);
      expect(se, metric).toBeLessThanOrEqual(anew[metric as MetricName]!.se);
    }
  });
});

test('a multiclass model whose scores are overconfident is estimated as its labels will say', () => {
  const reference = multiclassRows(9, 60_000, 0, 2);
  const layouts = new Map(CLASSES.map((label, place) => [label, outputBounds(classScores(reference, place))]));
  const outputs = {
    task: 'multiclass',
    positive: '1',
    classes: CLASSES.map((label) => ({ label, field: label })),
  } as const;
  const estimator = planEstimator(reference, { outputs, boundsOf: (field) => layouts.get(field) })!.build();
  const later = multiclassRows(10, 60_000, 0, 2);
  const estimated = estimatePerformance(estimator, countScores(estimator, later));
  const realized = measureLabeled(later, { seed: 1, replicates: 2 }).metrics;
  for (const metric of ['roc_auc', 'log_loss', 'accuracy', 'precision', 'recall', 'f1'] as const) {
    const limit = metric === 'log_loss' ? 1e-2 : 6e-3;
    expect(Math.abs(estimated[metric]!.value - realized[metric]!.value), metric).toBeLessThan(limit);
    // Of averages over classes the standard error is an upper bound; replicates are too few here for those of the realized ones.
    const counted = metric === 'accuracy' || metric === 'log_loss';
    const ratio = estimated[metric]!.se / realized[metric]!.se;
    if (counted) expect(ratio > 0.9 && ratio < 1.6, `${metric}: ${ratio}`).toBe(true);
  }
  const { counts, nEff } = countScores(estimator, later) as Extract<
    ReturnType<typeof countScores>,
    { task: 'multiclass' }
  >;
  expect(Object.keys(estimatePerformance(estimator, { task: 'multiclass', counts, nEff }))).toEqual([
    'roc_auc',
    'log_loss',
  ]);
});

test('a map rises, whatever the rows; its cells hold all rows', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 20, max: 400 }), (seed, rows) => {
      const draw = createRandom(seed);
      const scores = Float64Array.from({ length: rows }, () => Math.floor(draw() * 50) / 50);
      const labels = Uint8Array.from(scores, (score) => Number(draw() < score / 3 + 0.2));
      const labeled: LabeledRows = {
        task: 'binary',
        rows: { scores, labels, weights: new Float64Array(rows).fill(1) },
      };
      const plan = planEstimator(labeled, { outputs: BINARY_OUTPUTS, boundsOf: () => outputBounds(scores, 0.5) })!;
      const { map } = plan.build() as Extract<Estimator, { task: 'binary' }>;
      map.probabilities.forEach((p, i) => i > 0 && expect(p).toBeGreaterThanOrEqual(map.probabilities[i - 1]! - 1e-12));
      expect(map.rows.reduce((sum, own) => sum + own, 0)).toBe(rows);
      const without = plan.build((row) => row % 2 === 0) as Extract<Estimator, { task: 'binary' }>;
      expect(without.map.rows.reduce((sum, own) => sum + own, 0)).toBe(Math.floor(rows / 2));
      expect(without.map.bounds).toEqual(map.bounds);
    }),
    { numRuns: 50 },
  );
});
