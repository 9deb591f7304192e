import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/domain/drift/significance/random.ts';
import type { LabeledRows } from '../../../src/domain/performance/labeled-rows.ts';
import { expectMetrics } from '../../../src/domain/performance/limits/expect-metrics.ts';
import { judgeMetric } from '../../../src/domain/performance/limits/judge-metric.ts';
import { limitMetric } from '../../../src/domain/performance/limits/metric-limits.ts';
import { widenThree } from '../../../src/domain/performance/limits/student-quantile.ts';
import { tooFewLabels } from '../../../src/domain/performance/limits/too-few-labels.ts';
import {
  badSideOf,
  BINARY_METRICS,
  REGRESSION_METRICS,
  type Measurement,
  type MetricName,
} from '../../../src/domain/performance/metric.ts';
import type { ExpectedMetric } from '../../../src/domain/performance/performance-reference.ts';
import { measureLabeled } from '../../../src/domain/performance/realized/measure-labeled.ts';
import type { Measured } from '../../../src/domain/performance/realized/measured.ts';
import { golden } from './performance-golden.ts';

function measuredOf(rows: number, metrics: { readonly [metric in MetricName]?: readonly [number, number] }): Measured {
  const entries = Object.entries(metrics).map(([metric, [value, se]]) => {
    return [metric, { value, low: value - 2 * se, high: value + 2 * se, se }] as const;
  });
  return { rows, weight: rows, nEff: rows, metrics: Object.fromEntries(entries) };
}

const metrics = fc.constantFrom<MetricName>(...BINARY_METRICS, ...REGRESSION_METRICS);
const expectations = fc.record({
  value: fc.double({ min: 0, max: 1, noNaN: true }),
  se: fc.double({ min: 1e-6, max: 0.1, noNaN: true }),
  rows: fc.integer({ min: 100, max: 1_000_000 }),
  between: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 0.1, noNaN: true })),
  chunks: fc.integer({ min: 1, max: 50 }),
});

function at(value: number, half = 0.001): Measurement {
  return { value, low: value - half, high: value + half, se: half / 2 };
}

describe('widenThree', () => {
  it.each(golden.studentWidening)('is the t of scipy at $df degrees of freedom', ({ df, k }) => {
    expect(Math.abs(widenThree(df) / k - 1)).toBeLessThan(1e-9);
  });

  it('is 3 where the standard deviation is known', () => {
    expect(widenThree(Infinity)).toBe(3);
    expect(widenThree(1e5)).toBeCloseTo(3, 3);
  });
});

describe('expectMetrics', () => {
  it('takes value and error over all rows, and the spread of the chunks less their own sampling', () => {
    const chunks = [0.9, 0.92, 0.85, 0.93].map((value) => measuredOf(1000, { roc_auc: [value, 0.01] }));
    // Variance of the four with divisor 3: 0.0012667; less 0.0001.
    expect(expectMetrics(measuredOf(4000, { roc_auc: [0.9, 0.005] }), chunks).roc_auc).toEqual({
      value: 0.9,
      se: 0.005,
      rows: 4000,
      between: expect.closeTo(Math.sqrt(0.0038 / 3 - 0.0001), 12) as number,
      chunks: 4,
    });
  });

  it('has no spread where sampling explains it, or with under two chunks', () => {
    const whole = measuredOf(4000, { f1: [0.5, 0.01] });
    const chunk = (value: number): Measured => measuredOf(2000, { f1: [value, 0.1] });
    expect(expectMetrics(whole, [chunk(0.45), chunk(0.55)]).f1).toMatchObject({ between: 0, chunks: 2 });
    expect(expectMetrics(whole, [chunk(0.9)]).f1).toMatchObject({ between: 0, chunks: 1 });
    expect(expectMetrics(whole, []).f1).toMatchObject({ between: 0, chunks: 0 });
  });

  it('leaves out chunks without the metric and the short rest of a file', () => {
    const of = (rows: number, value: number): Measured => measuredOf(rows, { recall: [value, 0.01] });
    const whole = of(3100, 0.5);
    const both = expectMetrics(whole, [of(1000, 0.4), of(1000, 0.6)]);
    const more = [of(1000, 0.4), measuredOf(1000, { accuracy: [0.9, 0.01] }), of(1000, 0.6), of(100, 1)];
    expect(expectMetrics(whole, more)).toEqual(both);
    expect(both.accuracy).toBeUndefined();
  });

  it('expects a business value per row, and holds the total to it', () => {
    const whole = measuredOf(1000, { business_value: [-5000, 100] });
    const expected = expectMetrics(whole, []).business_value!;
    expect(expected).toMatchObject({ value: -5, se: 0.1 });
    const verdict = judgeMetric('business_value', at(-1000, 1), expected, 250);
    expect(verdict.expected).toBeCloseTo(-1250, 9);
    // 3 x 0.1 sqrt(1000 / 250 + 1) x 250 rows.
    expect(verdict.upperLimit).toBeCloseTo(-1250 + 75 * Math.sqrt(5), 9);
    expect(verdict.verdict).toBe('ok');
    const sampled = judgeMetric('business_value', at(-1000, 1), expected, 250, { weight: 500 });
    expect(sampled.expected).toBeCloseTo(-2500, 9);
  });

  it('finds the spread that chunks were made with', () => {
    const random = createRandom(11);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const spreads = Array.from({ length: 200 }, () => {
      const chunks = Array.from({ length: 20 }, () =>
        measuredOf(500, { bias: [0.03 * normal() + 0.02 * normal(), 0.02] }),
      );
      return expectMetrics(measuredOf(10_000, { bias: [0, 0.005] }), chunks).bias!.between ** 2;
    });
    const mean = spreads.reduce((sum, square) => sum + square, 0) / spreads.length;
    expect(Math.sqrt(mean)).toBeGreaterThan(0.028);
    expect(Math.sqrt(mean)).toBeLessThan(0.032);
  });
});

describe('limits', () => {
  it('narrow as rows grow, never under 3 times the spread between chunks', () => {
    fc.assert(
      fc.property(metrics, expectations, fc.integer({ min: 10, max: 100_000 }), (metric, expected, n) => {
        const [few, more] = [limitMetric(metric, expected, n, 1), limitMetric(metric, expected, 2 * n, 1)];
        expect(few.upper - few.expected).toBeCloseTo(few.distance, 9);
        expect(few.expected - few.lower).toBeCloseTo(few.distance, 9);
        expect(more.distance).toBeGreaterThanOrEqual(3 * expected.between);
        // With the t of few chunks, fewer rows can need a smaller k; without them the distance only falls.
        if (expected.between === 0 || expected.chunks > 30) expect(more.distance).toBeLessThan(few.distance);
      }),
    );
  });

  it('are 3 standard errors where only sampling strays, and the t of the chunks where only they do', () => {
    const expected: ExpectedMetric = { value: 0.8, se: 0.01, rows: 1000, between: 0, chunks: 10 };
    const sampled = limitMetric('accuracy', expected, 250, 1);
    expect(sampled.expected).toBe(0.8);
    // Four times the reference's variance for the window, once for the reference itself.
    expect(sampled.distance).toBeCloseTo(0.03 * Math.sqrt(5), 12);
    const chunky: ExpectedMetric = { ...expected, se: 0, between: 0.02 };
    expect(limitMetric('accuracy', chunky, 250, 1).distance).toBeCloseTo(0.02 * Math.sqrt(1.1) * widenThree(9), 12);
  });
});

describe('judgeMetric', () => {
  // At 1,000 rows the limits are 0.03 away.
  const expected: ExpectedMetric = { value: 0.5, se: 0.01 / Math.SQRT2, rows: 1000, between: 0, chunks: 10 };
  const judge = (metric: MetricName, measured: Measurement) => judgeMetric(metric, measured, expected, 1000);

  it('is a warning beyond the limit on the bad side, critical with the whole interval beyond it', () => {
    expect(judge('roc_auc', at(0.471, 0.02)).verdict).toBe('ok');
    expect(judge('roc_auc', at(0.46, 0.02))).toMatchObject({
      verdict: 'warning',
      reason: 'ROC AUC 0.46, 0.5 expected, is below 0.47, the lower limit for 1,000 rows',
    });
    expect(judge('roc_auc', at(0.4, 0.02))).toMatchObject({
      verdict: 'critical',
      reason:
        'ROC AUC 0.4, 0.5 expected, is below 0.47, the lower limit for 1,000 rows, with its whole 95 % interval (0.38 to 0.42)',
    });
    expect(judge('rmse', at(0.6, 0.02)).verdict).toBe('critical');
    expect(judge('bias', at(0.6, 0.02)).verdict).toBe('critical');
    expect(judge('bias', at(0.4, 0.02)).verdict).toBe('critical');
  });

  it('is ok on the good side, and says so', () => {
    expect(judge('roc_auc', at(0.6))).toMatchObject({
      verdict: 'ok',
      strength: 0,
      reason: 'ROC AUC 0.6 is better than expected: above 0.53, the upper limit for 1,000 rows',
    });
    expect(judge('log_loss', at(0.4)).reason).toMatch(/^log loss 0\.4 is better than expected: below 0\.47,/);
  });

  it('is unknown with nothing expected, without rows, or for the reason it is given', () => {
    const none = { expected: null, lowerLimit: null, upperLimit: null, verdict: 'unknown', strength: 0 };
    expect(judgeMetric('f1', at(0.5), undefined, 100)).toMatchObject({
      ...none,
      reason: 'the reference says nothing of F1',
    });
    expect(judgeMetric('f1', at(0.5), expected, 0)).toMatchObject({ ...none, reason: 'no labeled rows' });
    expect(judgeMetric('f1', at(0.1), expected, 1000, { unknown: '4 of the rarer class' })).toMatchObject({
      verdict: 'unknown',
      reason: '4 of the rarer class',
      expected: 0.5,
    });
  });

  it('keeps numbers apart that differ in later digits', () => {
    const tight: ExpectedMetric = { ...expected, value: 0.90544, se: 0.00001 / Math.SQRT2 };
    expect(judgeMetric('roc_auc', at(0.9053, 0.001), tight, 1000).reason).toBe(
      'ROC AUC 0.9053, 0.90544 expected, is below 0.90541, the lower limit for 1,000 rows',
    );
  });

  it('has verdict, strength and side agree, whatever the numbers', () => {
    fc.assert(
      fc.property(
        metrics,
        expectations,
        fc.double({ min: -2, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.integer({ min: 1, max: 100_000 }),
        (metric, reference, value, half, n) => {
          const found = judgeMetric(metric, at(value, half), reference, n);
          const side = badSideOf(metric);
          const isBad =
            (side !== 'high' && value < found.lowerLimit! - 1e-9) ||
            (side !== 'low' && value > found.upperLimit! + 1e-9);
          if (isBad) expect(['warning', 'critical']).toContain(found.verdict);
          if (found.verdict === 'critical') {
            const isWhole =
              value < found.expected! ? value + half < found.lowerLimit! : value - half > found.upperLimit!;
            expect(isWhole).toBe(true);
          }
          expect(Number.isFinite(found.strength)).toBe(true);
          if (found.verdict === 'ok') expect(found.strength).toBeLessThanOrEqual(1 + 1e-6);
          else expect(found.strength).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});

/** Rows of a model whose scores are the probabilities. */
function calibratedRows(rows: number, random: () => number): LabeledRows {
  const scores = new Float64Array(rows).map(() => random() ** 2);
  return {
    task: 'binary',
    rows: {
      scores,
      labels: Uint8Array.from(scores, (score) => (random() < score ? 1 : 0)),
      weights: new Float64Array(rows).fill(1),
    },
  };
}

describe('verdicts of windows like the reference', () => {
  it('are quiet at a quarter and at twice the rows of a chunk, for every metric; the calibration error too', () => {
    const random = createRandom(5);
    const measure = (rows: number): Measured => measureLabeled(calibratedRows(rows, random), { seed: 1 });
    const whole = measure(20_000);
    const expected = expectMetrics(
      whole,
      Array.from({ length: 10 }, () => measure(2000)),
    );
    const alarms: string[] = [];
    const windows = 60;
    for (const rows of [500, 4000]) {
      for (let i = 0; i < windows; i++) {
        const { metrics: found, nEff } = measure(rows);
        for (const [metric, measured] of Object.entries(found) as [MetricName, Measurement][]) {
          const { verdict, reason } = judgeMetric(metric, measured, expected[metric], nEff);
          if (verdict !== 'ok') alarms.push(reason);
        }
      }
    }
    // 120 windows of 17 metrics, each beyond 3 standard deviations on its bad side with a chance of about 0.00135: 2.8 are expected.
    expect(alarms.length, alarms.join('; ')).toBeLessThanOrEqual(8);
  });

  it('see a calibration error, and an order that got worse', () => {
    const random = createRandom(6);
    const measure = (rows: LabeledRows): Measured => measureLabeled(rows, { seed: 1 });
    const expected = expectMetrics(
      measure(calibratedRows(20_000, random)),
      Array.from({ length: 10 }, () => measure(calibratedRows(2000, random))),
    );
    const window = calibratedRows(2000, random);
    if (window.task !== 'binary') throw new Error('binary rows were made');
    const low = window.rows.scores.map((score) => score * 0.7);
    const noisy = window.rows.scores.map((score) => (score + random()) / 2);
    const verdictOf = (metric: MetricName, scores: Float64Array): string => {
      const { metrics: found, nEff } = measure({ task: 'binary', rows: { ...window.rows, scores } });
      return judgeMetric(metric, found[metric]!, expected[metric], nEff).verdict;
    };
    expect(verdictOf('ece', low)).toBe('critical');
    expect(verdictOf('roc_auc', low)).toBe('ok');
    expect(verdictOf('roc_auc', noisy)).toBe('critical');
  });
});

describe('tooFewLabels', () => {
  const weights = (rows: number): Float64Array => new Float64Array(rows).fill(1);
  const binary = (positives: number, rows: number): LabeledRows => {
    const labels = new Uint8Array(rows).fill(1, 0, positives);
    return { task: 'binary', rows: { scores: new Float64Array(rows), labels, weights: weights(rows) } };
  };
  const multiclass = (...counts: number[]): LabeledRows => {
    const labels = Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
    const classes = counts.map(String);
    const scores = new Float64Array(labels.length * counts.length);
    return {
      task: 'multiclass',
      rows: { classes, scores, labels, predicted: labels, weights: weights(labels.length) },
    };
  };
  const regression = (rows: number): LabeledRows => {
    const zeros = new Float64Array(rows);
    return { task: 'regression', rows: { predictions: zeros, labels: zeros, weights: weights(rows) } };
  };

  it('asks for 10 rows of both classes, of two classes, or 30 rows', () => {
    expect(tooFewLabels(binary(10, 20))).toBeUndefined();
    expect(tooFewLabels(binary(4, 500))).toBe('4 of the rarer class; 10 are needed');
    expect(tooFewLabels(binary(497, 500))).toBe('3 of the rarer class; 10 are needed');
    expect(tooFewLabels(binary(0, 0))).toBe('0 of the rarer class; 10 are needed');
    expect(tooFewLabels(multiclass(10, 0, 10))).toBeUndefined();
    expect(tooFewLabels(multiclass(100, 9, 9))).toBe('9 of the second most frequent class; 10 are needed');
    expect(tooFewLabels(regression(30))).toBeUndefined();
    expect(tooFewLabels(regression(29))).toBe('29 labeled rows; 30 are needed');
  });
});
