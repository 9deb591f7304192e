import { describe, expect, it } from 'vitest';
import { canonicalLabel } from '../../../src/domain/performance/canonical-label.ts';
import { outputsToRead, predictionOutputsOf } from '../../../src/domain/performance/prediction-outputs.ts';
import { toLabeledRows } from '../../../src/domain/performance/to-labeled-rows.ts';

const ones = (rows: number): Float64Array => new Float64Array(rows).fill(1);
const none = (): never => {
  throw new Error('no output is needed');
};

describe('labels and outputs as rows', () => {
  it.each([
    ['1', '1'],
    ['1.0', '1'],
    ['true', '1'],
    ['False', '0'],
    ['-0', '0'],
    ['1e3', '1000'],
    [' UP ', 'UP'],
    ['', ''],
    ['0x10', '16'],
  ])('reads the label %j as %j', (text, label) => expect(canonicalLabel(text)).toBe(label));

  it('finds the score, its class and threshold', () => {
    const outputs = predictionOutputsOf('binary', [
      { name: 'p', role: 'score', class: 'UP', threshold: 0.3 },
      { name: 'y', role: 'label' },
    ]);
    expect(outputs).toEqual({ task: 'binary', field: 'p', classes: [], decision: 'y', positive: 'UP', threshold: 0.3 });
    expect(outputsToRead(outputs)).toEqual([]);
    const { rows } = toLabeledRows(outputs, {
      labels: ['UP', 'DOWN', 'UP'],
      scores: Float64Array.of(0.9, 0.1, NaN),
      weights: ones(3),
      outputOf: none,
    }).labeled;
    expect(rows).toEqual({ scores: Float64Array.of(0.9, 0.1), labels: Uint8Array.of(1, 0), weights: ones(2) });
  });

  it('takes the decided class where no threshold is declared', () => {
    const outputs = predictionOutputsOf('binary', [
      { name: 'p', role: 'score', class: '1' },
      { name: 'y', role: 'label' },
    ]);
    expect(outputsToRead(outputs)).toEqual(['y']);
    const { labeled, withoutPrediction } = toLabeledRows(outputs, {
      labels: ['1', '0', 'true'],
      scores: Float64Array.of(0.9, 0.1, 0.4),
      weights: ones(3),
      outputOf: () => ['1.0', '0', null],
    });
    expect(labeled.rows).toMatchObject({ decisions: Uint8Array.of(1, 0), labels: Uint8Array.of(1, 0) });
    expect(withoutPrediction).toBe(1);
  });

  it('leaves out labels that the baseline does not know, and counts them', () => {
    const outputs = predictionOutputsOf('binary', [{ name: 'p', role: 'score', class: '1' }]);
    const usable = toLabeledRows(
      outputs,
      { labels: ['1', '0', 'n/a'], scores: Float64Array.of(0.9, 0.1, 0.4), weights: ones(3), outputOf: none },
      ['0', '1'],
    );
    expect(usable).toMatchObject({ kept: [0, 1], unknownLabel: 1, withoutPrediction: 0 });
  });

  it('reads class scores and takes the greatest as predicted', () => {
    const outputs = predictionOutputsOf('multiclass', [
      { name: 'pa', role: 'score', class: 'a' },
      { name: 'pb', role: 'score', class: 'b' },
    ]);
    expect(outputsToRead(outputs)).toEqual(['pa', 'pb']);
    const { labeled } = toLabeledRows(outputs, {
      labels: ['a', 'b', 'c'],
      scores: new Float64Array(3),
      weights: ones(3),
      outputOf: (name) => (name === 'pa' ? ['0.7', '0.2', '0.5'] : ['0.3', '0.8', '0.5']),
    });
    expect(labeled.rows).toMatchObject({
      classes: ['a', 'b'],
      scores: Float64Array.of(0.7, 0.3, 0.2, 0.8),
      labels: Int32Array.of(0, 1),
      predicted: Int32Array.of(0, 1),
    });
  });

  it('takes numbers alone as labels of a regression', () => {
    const usable = toLabeledRows(predictionOutputsOf('regression', [{ name: 'v', role: 'value' }]), {
      labels: ['1.5', 'much', '2'],
      scores: Float64Array.of(1, 1, NaN),
      weights: ones(3),
      outputOf: none,
    });
    expect(usable).toMatchObject({ kept: [0], unknownLabel: 1, withoutPrediction: 1 });
    expect(usable.labeled.rows).toMatchObject({ predictions: Float64Array.of(1), labels: Float64Array.of(1.5) });
  });
});
