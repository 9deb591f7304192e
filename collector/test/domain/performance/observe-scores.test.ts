import { METRIC } from '@prumo/agent/profile';
import { describe, expect, it, test } from 'vitest';
import type { ReferenceField } from '../../../src/domain/drift/reference.ts';
import type { SeriesGroup } from '../../../src/domain/drift/series.ts';
import { observeScores } from '../../../src/domain/performance/estimated/observe-scores.ts';
import type { CalibrationMap, Estimator } from '../../../src/domain/performance/performance-reference.ts';
import { numericField } from '../drift/judge-fixture.ts';

const JUDGED = 'a'.repeat(32);
const SETTINGS = { layoutHash: () => JUDGED, boundsOf: () => undefined };

/** A score with the layout bounds 0, 10, 20. */
function scoreField(name: string): ReferenceField {
  return { ...numericField(name, [1, 1, 1, 1]), role: 'output' };
}

function mapOver(bounds: readonly number[]): CalibrationMap {
  const cells = [...bounds, 0].map(() => 1);
  return { bounds, probabilities: cells, meanScores: cells, rows: cells, isFitted: false };
}

function group(field: string, counts: readonly number[], changes: Partial<SeriesGroup> = {}): SeriesGroup {
  return {
    version: '1',
    sha256: '',
    metric: METRIC.fieldValue,
    field,
    role: 'output',
    category: '',
    predictionLabel: '',
    segment: '',
    servingRole: '',
    layout: JUDGED,
    bounds: [],
    sampling: 0,
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: 0,
    min: 0,
    max: 1,
    counts,
    scale: 0,
    zeroCount: 0,
    positiveOffset: 0,
    negativeOffset: 0,
    negativeCounts: [],
    ...changes,
  };
}

describe('a score', () => {
  const estimator: Estimator = { task: 'binary', field: 's', map: mapOver([10]) };
  const observe = (...groups: SeriesGroup[]) => observeScores(estimator, [scoreField('s')], groups, SETTINGS);

  it('is counted in the cells of the map, over segments and whatever class is named; missing rows are no scores', () => {
    const missing = group('s', [], { metric: METRIC.fieldMissing, count: 9 });
    const counted = observe(
      group('s', [1, 2, 3, 4]),
      group('s', [4, 0, 0, 1], { predictionLabel: '1', segment: 'channel=app' }),
      missing,
      group('other', [7, 7, 7, 7]),
    );
    expect(counted).toEqual({ task: 'binary', counts: Float64Array.of(7, 8), nEff: 15 });
  });

  it('of sampled rows has their weight; the number of rows is the effective one', () => {
    const counted = observe(group('s', [1, 1, 0, 0], { sampling: 2 }), group('s', [0, 0, 2, 0]));
    expect(counted).toEqual({ task: 'binary', counts: Float64Array.of(8, 2), nEff: 100 / 34 });
  });

  it.each<[string, SeriesGroup[], string]>([
    ['no rows', [], 'no row has a score "s"'],
    [
      'more than 5 % in a layout that cannot be mapped',
      [group('s', [93, 0, 0, 0]), group('s', [6], { layout: 'f'.repeat(32) })],
      'layout changed',
    ],
  ])('is unknown with %s', (_, groups, unknown) => {
    expect(observe(...groups)).toEqual({ unknown });
  });

  it('with at most 5 % that cannot be mapped is counted from the rest', () => {
    const counted = observe(group('s', [95, 0, 0, 0]), group('s', [5], { layout: 'f'.repeat(32) }));
    expect(counted).toMatchObject({ counts: Float64Array.of(95, 0), nEff: 95 });
  });

  test('without a layout in the baseline is unknown', () => {
    expect(observeScores(estimator, [], [], SETTINGS)).toEqual({
      unknown: expect.stringContaining('layout') as string,
    });
  });
});

describe('class scores', () => {
  const estimator: Estimator = {
    task: 'multiclass',
    classes: [
      { label: '1', field: 'one', map: mapOver([10]) },
      { label: 'two', field: 'two', map: mapOver([0, 20]) },
    ],
  };
  const observe = (groups: SeriesGroup[]) =>
    observeScores(estimator, [scoreField('one'), scoreField('two')], groups, SETTINGS);

  it('come by predicted class where every series names it; the class may be written otherwise', () => {
    const counted = observe([
      group('one', [0, 0, 3, 2], { predictionLabel: '1.0' }),
      group('one', [4, 0, 0, 0], { predictionLabel: 'two' }),
      group('two', [5, 0, 0, 0], { predictionLabel: '1.0' }),
      group('two', [0, 0, 1, 3], { predictionLabel: 'two' }),
    ]);
    expect(counted).toEqual({
      task: 'multiclass',
      counts: [Float64Array.of(4, 5), Float64Array.of(5, 1, 3)],
      byPredicted: [
        [Float64Array.of(0, 5), Float64Array.of(5, 0, 0)],
        [Float64Array.of(4, 0), Float64Array.of(0, 1, 3)],
      ],
      nEff: 9,
    });
  });

  it.each<[string, SeriesGroup[]]>([
    [
      'the class that the score is of',
      [group('one', [5, 0, 0, 0], { predictionLabel: '1' }), group('two', [5, 0, 0, 0], { predictionLabel: 'two' })],
    ],
    ['no class', [group('one', [5, 0, 0, 0]), group('two', [5, 0, 0, 0])]],
    [
      'a class beyond the bounded ones',
      [
        group('one', [5, 0, 0, 0], { predictionLabel: '__other__' }),
        group('two', [5, 0, 0, 0], { predictionLabel: '__other__' }),
      ],
    ],
  ])('come in total only where series name %s', (_, groups) => {
    const counted = observe(groups);
    expect(counted).toMatchObject({ counts: [Float64Array.of(5, 0), Float64Array.of(5, 0, 0)], nEff: 5 });
    expect(counted).not.toHaveProperty('byPredicted');
  });

  it('are unknown where the score of one class is', () => {
    expect(observe([group('one', [5, 0, 0, 0])])).toEqual({ unknown: 'no row has a score "two"' });
  });
});
