import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BinaryRows, LabeledRows } from '../../../src/domain/performance/labeled-rows.ts';
import type { Measurement, MetricName } from '../../../src/domain/performance/metric.ts';
import { measureLabeled } from '../../../src/domain/performance/realized/measure-labeled.ts';
import type { Measured } from '../../../src/domain/performance/realized/measured.ts';

interface Row {
  readonly score: number;
  readonly label: number;
  readonly weight: number;
  readonly decision: number;
  readonly amount: number;
}

const row = fc.record({
  // Few distinct scores, so that many are tied.
  score: fc.oneof(
    fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ),
  label: fc.integer({ min: 0, max: 1 }),
  weight: fc.constantFrom(1, 2, 4, 8),
  decision: fc.integer({ min: 0, max: 1 }),
  amount: fc.integer({ min: 0, max: 1000 }),
});
const rowsOfAny = fc.array(row, { minLength: 0, maxLength: 60 });
const rowsOfBoth = rowsOfAny.filter(
  (rows) => rows.some(({ label }) => label === 1) && rows.some(({ label }) => label === 0),
);

function toBinary(rows: readonly Row[], change: (row: Row) => Partial<Row> = () => ({})): LabeledRows {
  const changed = rows.map((one) => ({ ...one, ...change(one) }));
  const binary: BinaryRows = {
    scores: Float64Array.from(changed, ({ score }) => score),
    labels: Uint8Array.from(changed, ({ label }) => label),
    weights: Float64Array.from(changed, ({ weight }) => weight),
    decisions: Uint8Array.from(changed, ({ decision }) => decision),
    amounts: Float64Array.from(changed, ({ amount }) => amount),
  };
  return { task: 'binary', rows: binary };
}

/** Three classes whose scores come from the row's numbers. */
function toMulticlass(rows: readonly Row[]): LabeledRows {
  return {
    task: 'multiclass',
    rows: {
      classes: ['a', 'b', 'c'],
      scores: Float64Array.from(rows.flatMap(({ score, amount }) => [score, amount / 1000, 0.3])),
      labels: Int32Array.from(rows, ({ label, decision }) => label + decision),
      predicted: Int32Array.from(rows, ({ weight }) => weight % 3),
      weights: Float64Array.from(rows, ({ weight }) => weight),
    },
  };
}

function toRegression(rows: readonly Row[]): LabeledRows {
  return {
    task: 'regression',
    rows: {
      predictions: Float64Array.from(rows, ({ score }) => score * 1000),
      labels: Float64Array.from(rows, ({ amount }) => amount),
      weights: Float64Array.from(rows, ({ weight }) => weight),
    },
  };
}

const TASKS = { binary: toBinary, multiclass: toMulticlass, regression: toRegression };

function measure(labeled: LabeledRows): Measured {
  return measureLabeled(labeled, { seed: 3, replicates: 40, business: { falseNegative: -7, falsePositive: -1 } });
}

function valuesOf(measured: Measured): Record<string, number> {
  return Object.fromEntries(Object.entries(measured.metrics).map(([metric, { value }]) => [metric, value]));
}

function expectSameValues(found: Measured, expected: Measured, except: readonly MetricName[] = []): void {
  const [own, other] = [valuesOf(found), valuesOf(expected)];
  expect(Object.keys(own)).toEqual(Object.keys(other));
  for (const [metric, value] of Object.entries(own)) {
    if (except.includes(metric as MetricName)) continue;
    expect(Math.abs(value - other[metric]!), metric).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
  }
}

describe.each(Object.entries(TASKS))('measured %s rows', (_, toLabeled) => {
  it('do not depend on the order of rows, to the last digit of the intervals', () => {
    fc.assert(
      fc.property(
        rowsOfAny.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, shuffled]) => {
          expect(measure(toLabeled(shuffled))).toEqual(measure(toLabeled(rows)));
        },
      ),
    );
  });

  it('hold numbers only, each inside its interval, with an error that is not negative', () => {
    fc.assert(
      fc.property(rowsOfAny, (rows) => {
        const { metrics } = measure(toLabeled(rows));
        for (const [metric, { value, low, high, se }] of Object.entries<Measurement>(metrics)) {
          expect([value, low, high, se].every(Number.isFinite), metric).toBe(true);
          expect(low, metric).toBeLessThanOrEqual(value);
          expect(high, metric).toBeGreaterThanOrEqual(value);
          expect(se, metric).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('take a weight of w for the same row w times', () => {
    fc.assert(
      fc.property(
        rowsOfBoth.filter((rows) => rows.length > 1),
        (rows) => {
          const repeated = rows.flatMap((one) => new Array<Row>(one.weight).fill({ ...one, weight: 1 }));
          // The classes predicted come from the weight, so both are measured with their own.
          const labeled = toLabeled(rows);
          const expanded = toLabeled(repeated);
          if (labeled.task === 'multiclass' && expanded.task === 'multiclass') {
            expanded.rows.predicted.set(rows.flatMap(({ weight }) => new Array<number>(weight).fill(weight % 3)));
          }
          const [weighted, counted] = [measure(labeled), measure(expanded)];
          expectSameValues(weighted, counted);
          expect(weighted.weight).toBe(counted.rows);
        },
      ),
    );
  });

  it('do not see the scale of the weights, but for totals', () => {
    fc.assert(
      fc.property(rowsOfBoth, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (rows, factor) => {
        const labeled = toLabeled(rows);
        const scaled = toLabeled(rows);
        scaled.rows.weights.forEach((weight, i) => (scaled.rows.weights[i] = weight * factor));
        const [own, other] = [measure(labeled), measure(scaled)];
        expectSameValues(own, other, ['business_value']);
        expect(other.nEff).toBeCloseTo(own.nEff, 9);
        for (const [metric, { se }] of Object.entries<Measurement>(own.metrics)) {
          if (metric === 'business_value') continue;
          expect(Math.abs(other.metrics[metric as MetricName]!.se - se), metric).toBeLessThan(1e-6 * Math.max(1, se));
        }
      }),
    );
  });
});

describe('binary metrics', () => {
  it('turn around with the scores: AUC(1 - s) = 1 - AUC, and Gini its sign', () => {
    fc.assert(
      fc.property(rowsOfBoth, (rows) => {
        const own = measure(toBinary(rows)).metrics;
        const turned = measure(toBinary(rows, ({ score }) => ({ score: -score }))).metrics;
        expect(turned.roc_auc!.value).toBeCloseTo(1 - own.roc_auc!.value, 12);
        expect(turned.roc_auc!.se).toBeCloseTo(own.roc_auc!.se, 12);
        expect(turned.gini!.value).toBeCloseTo(-own.gini!.value, 12);
        expect(turned.ks_separation!.value).toBeCloseTo(own.ks_separation!.value, 12);
      }),
    );
  });

  it('of ranking do not see a transformation that keeps the order', () => {
    fc.assert(
      fc.property(rowsOfBoth, (rows) => {
        // A product with a power of two keeps every double apart from its neighbors.
        const own = measure(toBinary(rows)).metrics;
        const moved = measure(toBinary(rows, ({ score }) => ({ score: score * 1024 }))).metrics;
        for (const metric of ['roc_auc', 'average_precision', 'ks_separation', 'recall_at_k', 'lift'] as const) {
          expect(moved[metric], metric).toEqual(own[metric]);
        }
      }),
    );
  });

  it('are absent where they cannot be known', () => {
    const known = (rows: readonly Row[]): string[] => Object.keys(measure(toBinary(rows)).metrics);
    fc.assert(
      fc.property(rowsOfAny, (rows) => {
        const names = known(rows);
        const has = (metric: MetricName): boolean => names.includes(metric);
        const positives = rows.filter(({ label }) => label === 1).length;
        const isMixed = positives > 0 && positives < rows.length;
        for (const metric of ['roc_auc', 'gini', 'ks_separation', 'precision_at_k', 'lift'] as const) {
          expect(has(metric), metric).toBe(isMixed);
        }
        expect(has('recall')).toBe(positives > 0);
        expect(has('specificity')).toBe(positives < rows.length);
        expect(has('precision')).toBe(rows.some(({ decision }) => decision === 1));
        expect(has('accuracy')).toBe(rows.length > 0);
        const outside = known(rows.map((one) => ({ ...one, score: one.score + 1.5 })));
        expect(outside).not.toEqual(expect.arrayContaining(['log_loss']));
        expect(outside).not.toEqual(expect.arrayContaining(['ece']));
        expect(outside.includes('mean_score')).toBe(rows.length > 1);
      }),
    );
  });

  it('have bands that hold all rows, in order, with ties in one band', () => {
    fc.assert(
      fc.property(rowsOfBoth, (rows) => {
        const { bands = [], weight } = measure(toBinary(rows));
        expect(bands.reduce((sum, band) => sum + band.rows, 0)).toBe(weight);
        bands.forEach((band, i) => {
          expect(band.low).toBeLessThanOrEqual(band.high);
          if (i > 0) expect(band.low).toBeGreaterThan(bands[i - 1]!.high);
        });
      }),
    );
  });

  it('judge decisions by the threshold where rows bring none', () => {
    fc.assert(
      fc.property(rowsOfBoth, fc.constantFrom(0.25, 0.5, 0.8), (rows, threshold) => {
        const labeled = toBinary(rows, ({ score }) => ({ decision: score >= threshold ? 1 : 0 }));
        if (labeled.task !== 'binary') throw new Error('binary rows were made');
        const { scores, labels, weights, amounts } = labeled.rows;
        const undecided = { scores, labels, weights, ...(amounts !== undefined && { amounts }) };
        const own = measureLabeled({ task: 'binary', rows: undecided }, { seed: 3, threshold });
        expect(own).toEqual(measureLabeled(labeled, { seed: 3, threshold: -1 }));
      }),
    );
  });

  it('of a model that makes no mistake are not taken for certain', () => {
    const rows = Array.from({ length: 400 }, (_, i) => {
      return { score: i / 400, label: i >= 396 ? 1 : 0, weight: 1, decision: i >= 396 ? 1 : 0, amount: 1 };
    });
    const { metrics } = measure(toBinary(rows));
    // Four positives, all found: Wilson's interval of 4 in 4.
    for (const metric of ['roc_auc', 'ks_separation', 'average_precision', 'recall_at_k', 'recall', 'f1'] as const) {
      expect(metrics[metric], metric).toMatchObject({ value: 1, low: expect.closeTo(0.5101, 4) as number, high: 1 });
      expect(metrics[metric]!.se, metric).toBeGreaterThan(0.1);
    }
    expect(metrics.lift).toMatchObject({ value: 10, low: expect.closeTo(5.101, 3) as number, high: 10 });
  });

  it('give the same intervals for the same seed, others for another', () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      score: i / 50,
      label: i % 3 === 0 ? 1 : 0,
      weight: 1,
      decision: 0,
      amount: 1,
    }));
    const withSeed = (seed: number) => measureLabeled(toBinary(rows), { seed }).metrics.average_precision;
    expect(withSeed(1)).toEqual(withSeed(1));
    expect(withSeed(2)?.se).not.toBe(withSeed(1)?.se);
  });
});
