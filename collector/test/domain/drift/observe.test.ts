import { METRIC } from '@prumo/agent/profile';
import { describe, expect, it } from 'vitest';
import { observeFields } from '../../../src/domain/drift/observe.ts';
import type { ReferenceField } from '../../../src/domain/drift/reference.ts';
import type { SeriesGroup } from '../../../src/domain/drift/series.ts';
import { numericField } from './judge-fixture.ts';

/** Bounds 0, 10, 20: four cells. */
const FIELD = numericField('income', [1, 1, 1, 1]);
const JUDGED = 'a'.repeat(32);
const OLDER = 'b'.repeat(32);

function group(changes: Partial<SeriesGroup>): SeriesGroup {
  return {
    version: '1',
    sha256: '',
    metric: METRIC.fieldValue,
    field: 'income',
    role: 'input',
    category: '',
    predictionLabel: '',
    segment: '',
    servingRole: '',
    layout: '',
    bounds: [],
    sampling: 0,
    count: 10,
    sum: 100,
    min: 1,
    max: 2,
    counts: [1, 2, 3, 4],
    scale: 0,
    zeroCount: 0,
    positiveOffset: 0,
    negativeOffset: 0,
    negativeCounts: [],
    ...changes,
  };
}

function observe(changes: Partial<SeriesGroup>) {
  const settings = {
    layoutHash: () => JUDGED,
    boundsOf: (hash: string) => (hash === OLDER ? [0, 20] : undefined),
  };
  const [observed] = observeFields([FIELD], [group(changes)], settings);
  return { counts: [...(observed?.counts ?? [])], unmapped: observed?.unmapped, sum: observed?.sum };
}

describe('counts over bounds, in the judged layout', () => {
  it.each<[string, Partial<SeriesGroup>, readonly number[], number]>([
    ['by the hash of the judged layout', { layout: JUDGED }, [1, 2, 3, 4], 0],
    ['by that hash, with its bounds', { layout: JUDGED, bounds: [0, 10, 20] }, [1, 2, 3, 4], 0],
    ['by the hash of an older layout', { layout: OLDER, counts: [1, 5, 4] }, [1, 0, 0, 4], 5],
    ['by bounds of their own', { bounds: [10, 20, 30] }, [0, 0, 2, 7], 1],
    [
      'by bounds of their own and a hash that nobody registered',
      { layout: 'c', bounds: [10, 20, 30] },
      [0, 0, 2, 7],
      1,
    ],
    [
      'by bounds of their own and a hash that names other ones',
      { layout: JUDGED, bounds: [10, 20, 30] },
      [0, 0, 2, 7],
      1,
    ],
    ['by a hash that nobody registered alone', { layout: 'c' }, [0, 0, 0, 0], 10],
    ['more than the judged layout has cells', { layout: JUDGED, counts: [1, 2, 3, 3, 1] }, [0, 0, 0, 0], 10],
    ['fewer than the judged layout has cells', { layout: JUDGED, counts: [1, 2, 7] }, [0, 0, 0, 0], 10],
    ['more than an older layout has cells', { layout: OLDER, counts: [1, 2, 3, 4] }, [0, 0, 0, 0], 10],
    ['more than their own bounds have cells', { bounds: [10, 20] }, [0, 0, 0, 0], 10],
  ])('%s: no row is lost', (_, changes, counts, unmapped) => {
    const observed = observe(changes);
    expect(observed).toMatchObject({ counts, unmapped });
    expect(observed.counts.reduce((rows, count) => rows + count, 0) + unmapped).toBe(10);
    // Of rows that are mapped in part the sum is taken in proportion.
    expect(observed.sum).toBeCloseTo(100 * (1 - unmapped / 10), 10);
  });
});

it('sums the series of a class score over the classes that were predicted, whatever class the score is of', () => {
  const field: ReferenceField = { ...FIELD, role: 'output', predictionLabel: 'bird' };
  const own = (changes: Partial<SeriesGroup>) => group({ role: 'output', layout: JUDGED, ...changes });
  const groups = [
    own({ predictionLabel: 'bird' }),
    own({ predictionLabel: 'cat', counts: [4, 0, 0, 1], count: 5, sum: 7 }),
    own({}),
    own({ predictionLabel: 'cat', metric: METRIC.fieldMissing, count: 2, counts: [] }),
    own({ predictionLabel: 'cat', role: 'input' }),
    own({ predictionLabel: 'bird', field: 'other' }),
  ];
  const [observed] = observeFields([field], groups, { layoutHash: () => JUDGED, boundsOf: () => undefined });
  expect(observed).toMatchObject({ predictionLabel: 'bird', missing: 2, profiled: 27, unmapped: 0, sum: 207 });
  expect([...(observed?.counts ?? [])]).toEqual([6, 4, 6, 9]);
});
