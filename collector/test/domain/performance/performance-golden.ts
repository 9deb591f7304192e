import { readFileSync } from 'node:fs';
import type { BinaryRows, MulticlassRows, RegressionRows } from '../../../src/domain/performance/labeled-rows.ts';
import type { MetricName } from '../../../src/domain/performance/metric.ts';
import type { ClassMeasured, Confusion } from '../../../src/domain/performance/realized/measured.ts';

type ByMetric<T> = { readonly [metric in MetricName]?: T };

interface GoldenCase {
  readonly name: string;
  readonly weights?: readonly number[];
  readonly expected: ByMetric<number>;
  /** Standard errors of a plain bootstrap: rows drawn with replacement, each metric computed from scratch. */
  readonly bootstrapSe: ByMetric<number>;
}

export interface BinaryCase extends GoldenCase {
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly decisions?: readonly number[];
  readonly amounts?: readonly number[];
  readonly confusion: Confusion;
  readonly se: ByMetric<number>;
  readonly wilson: ByMetric<readonly [number, number]>;
}

export interface MulticlassCase extends GoldenCase {
  readonly classes: readonly string[];
  readonly scores: readonly number[];
  readonly labels: readonly string[];
  readonly predicted: readonly string[];
  readonly perClass: { readonly [column in Exclude<keyof ClassMeasured, 'label'>]: readonly number[] };
}

export interface RegressionCase extends GoldenCase {
  readonly predictions: readonly number[];
  readonly labels: readonly number[];
}

/** What scikit-learn and plain computations in numpy say; `golden/make_performance.py` writes it. */
export const golden = JSON.parse(readFileSync(new URL('golden/performance.json', import.meta.url), 'utf8')) as {
  readonly binary: readonly BinaryCase[];
  readonly multiclass: readonly MulticlassCase[];
  readonly regression: readonly RegressionCase[];
  readonly studentWidening: readonly { readonly df: number; readonly k: number }[];
};

function weightsOf(weights: readonly number[] | undefined, rows: number): Float64Array {
  return weights === undefined ? new Float64Array(rows).fill(1) : Float64Array.from(weights);
}

export function binaryRowsOf({ scores, labels, weights, decisions, amounts }: BinaryCase): BinaryRows {
  return {
    scores: Float64Array.from(scores),
    labels: Uint8Array.from(labels),
    weights: weightsOf(weights, scores.length),
    ...(decisions !== undefined && { decisions: Uint8Array.from(decisions) }),
    ...(amounts !== undefined && { amounts: Float64Array.from(amounts) }),
  };
}

export function multiclassRowsOf({ classes, scores, labels, predicted, weights }: MulticlassCase): MulticlassRows {
  return {
    classes,
    scores: Float64Array.from(scores),
    labels: Int32Array.from(labels, (label) => classes.indexOf(label)),
    predicted: Int32Array.from(predicted, (label) => classes.indexOf(label)),
    weights: weightsOf(weights, labels.length),
  };
}

export function regressionRowsOf({ predictions, labels, weights }: RegressionCase): RegressionRows {
  return {
    predictions: Float64Array.from(predictions),
    labels: Float64Array.from(labels),
    weights: weightsOf(weights, labels.length),
  };
}
