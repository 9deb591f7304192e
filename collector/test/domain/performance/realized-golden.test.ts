import { describe, expect, it } from 'vitest';
import type { LabeledRows } from '../../../src/domain/performance/labeled-rows.ts';
import { METRICS_OF, type MetricName } from '../../../src/domain/performance/metric.ts';
import { measureLabeled } from '../../../src/domain/performance/realized/measure-labeled.ts';
import type { Measured } from '../../../src/domain/performance/realized/measured.ts';
import { binaryRowsOf, golden, multiclassRowsOf, regressionRowsOf } from './performance-golden.ts';

const BUSINESS = { truePositive: 5, falsePositive: -1, falseNegative: -20, trueNegative: 0.25 };

/** Enough replicates that their own noise is a few percent. */
function measure(labeled: LabeledRows): Measured {
  return measureLabeled(labeled, { seed: 7, replicates: 2000, business: BUSINESS });
}

/** Relative to a size of at least 1, so that digits count for large numbers and for small ones. */
function differences(found: Measured, expected: { readonly [metric in MetricName]?: number }, part: 'value' | 'se') {
  return Object.entries(expected).map(([metric, value]) => {
    const own = found.metrics[metric as MetricName]?.[part] ?? NaN;
    return { metric, difference: Math.abs(own - value) / Math.max(part === 'se' ? 0 : 1, Math.abs(value)) };
  });
}

function expectNear(
  found: Measured,
  expected: { readonly [metric in MetricName]?: number },
  part: 'value' | 'se',
  most: number,
): void {
  const all = differences(found, expected, part);
  expect(all.filter(({ difference }) => !(difference <= most))).toEqual([]);
}

describe.each(golden.binary)('binary: $name', (known) => {
  const found = measure({ task: 'binary', rows: binaryRowsOf(known) });

  it('has every metric as scikit-learn has it, to 1e-9', () => {
    expect(Object.keys(known.expected).toSorted()).toEqual(METRICS_OF.binary.toSorted());
    expect(Object.keys(found.metrics).toSorted()).toEqual(METRICS_OF.binary.toSorted());
    expectNear(found, known.expected, 'value', 1e-9);
    for (const [cell, weight] of Object.entries(known.confusion)) {
      expect(found.confusion).toHaveProperty(cell, weight);
    }
  });

  it('has the standard errors of DeLong over all pairs, and of means, to 1e-9', () => {
    expectNear(found, known.se, 'se', 1e-9);
    const { roc_auc, gini } = found.metrics;
    expect(gini?.se).toBeCloseTo(2 * known.se.roc_auc!, 12);
    expect(roc_auc?.low).toBeCloseTo(Math.max(0, known.expected.roc_auc! - 1.959963984540054 * known.se.roc_auc!), 9);
    expect(roc_auc?.high).toBeCloseTo(Math.min(1, known.expected.roc_auc! + 1.959963984540054 * known.se.roc_auc!), 9);
  });

  it("has Wilson's intervals of shares, to 1e-9", () => {
    for (const [metric, [low, high]] of Object.entries(known.wilson)) {
      const own = found.metrics[metric as MetricName];
      expect(own?.low, metric).toBeCloseTo(low, 9);
      expect(own?.high, metric).toBeCloseTo(high, 9);
    }
  });

  it('has the standard errors of a plain bootstrap within 15 %', () => {
    // The plain bootstrap cuts the bands of the calibration error anew in each resample; here they are fixed.
    const { ece, ...others } = known.bootstrapSe;
    expectNear(found, others, 'se', 0.15);
    if (ece !== undefined) expectNear(found, { ece }, 'se', 0.3);
  });
});

describe.each(golden.multiclass)('multiclass: $name', (known) => {
  const found = measure({ task: 'multiclass', rows: multiclassRowsOf(known) });

  it('has every metric as scikit-learn has it, to 1e-9', () => {
    expect(Object.keys(found.metrics).toSorted()).toEqual(METRICS_OF.multiclass.toSorted());
    expectNear(found, known.expected, 'value', 1e-9);
  });

  it('has each class as scikit-learn has it; what has no rows is null, which scikit-learn calls 0', () => {
    found.classes?.forEach(({ label, ...own }, j) => {
      expect(label).toBe(known.classes[j]);
      for (const column of ['precision', 'recall', 'f1', 'support'] as const) {
        expect(own[column] ?? 0, `${label} ${column}`).toBeCloseTo(known.perClass[column][j]!, 12);
      }
    });
    expect(found.classes).toHaveLength(known.classes.length);
  });

  it('has the standard errors of a plain bootstrap within 15 %', () => {
    expectNear(found, known.bootstrapSe, 'se', 0.15);
  });
});

describe.each(golden.regression)('regression: $name', (known) => {
  const found = measure({ task: 'regression', rows: regressionRowsOf(known) });

  it('has every metric as scikit-learn has it, to 1e-9', () => {
    expect(Object.keys(found.metrics).toSorted()).toEqual(METRICS_OF.regression.toSorted());
    expectNear(found, known.expected, 'value', 1e-9);
  });

  it('has the standard errors of a plain bootstrap within 15 %; of R2, whose delta method is of first order, within 25 %', () => {
    const { r2, ...others } = known.bootstrapSe;
    expectNear(found, others, 'se', 0.15);
    expectNear(found, { r2: r2! }, 'se', 0.25);
  });
});
