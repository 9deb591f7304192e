import { describe, expect, it } from 'vitest';
import { contiguous } from '../../src/jobs/roll-up.ts';

const hour = (index: number) => new Date(Date.UTC(2026, 0, 1, index));
const touched = (model: string, index: number) => {
  return { model, environment: 'production', hour: hour(index), newest: hour(index), rows: 1 };
};

describe('hours to roll up', () => {
  it('are joined where they follow each other, in any order of coming', () => {
    const ranges = contiguous([touched('m', 3), touched('m', 1), touched('m', 2), touched('m', 7)]);
    expect(ranges).toEqual([
      { model: 'm', environment: 'production', from: hour(1), to: hour(4) },
      { model: 'm', environment: 'production', from: hour(7), to: hour(8) },
    ]);
  });

  it('of several models are one statement for all, others stay with their model', () => {
    const ranges = contiguous([touched('a', 1), touched('a', 2), touched('b', 2), touched('b', 3), touched('a', 3)]);
    expect(ranges).toEqual([
      { model: 'a', environment: 'production', from: hour(1), to: hour(2) },
      { from: hour(2), to: hour(4) },
    ]);
  });
});
