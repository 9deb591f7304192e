import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSelection } from '../../../src/domain/performance/windows/compare-selection.ts';

const means = { meanScoreAll: 0.4, meanScoreLabeled: 0.3 };

describe('labeled rows against unlabeled ones', () => {
  it('finds that only low scores got labels', () => {
    const found = compareSelection({ all: [100, 100], labeled: [100, 0], ...means });
    expect(found).toMatchObject({ unlabeledRows: 100, ks: 1, meanScoreLabeled: 0.3, meanScoreUnlabeled: 0.5 });
    expect(found?.statement).toContain('50 % of the rows have no label, and their scores differ (KS 1.00)');
  });

  it('calls a random half alike', () => {
    const found = compareSelection({ all: [100, 300], labeled: [50, 150], ...means });
    expect(found?.ks).toBe(0);
    expect(found?.statement).toContain('are like those of the labeled rows');
  });

  it('says nothing where every row has a label, or none', () => {
    expect(compareSelection({ all: [10, 10], labeled: [10, 10], ...means })).toBeUndefined();
    expect(compareSelection({ all: [100, 100], labeled: [0, 0], ...means })).toBeUndefined();
  });

  it('agrees with the two distribution functions computed one by one', () => {
    const cells = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(cells, (counts) => {
        const labeled = counts.map(([own]) => own);
        const without = counts.map(([, other]) => other);
        const all = counts.map(([own, other]) => own + other);
        const found = compareSelection({ all, labeled, meanScoreAll: null, meanScoreLabeled: null });
        const total = (values: readonly number[], until: number): number =>
          values.slice(0, until).reduce((sum, value) => sum + value, 0);
        if (found === undefined) return;
        const differences = counts.map((_, cell) => {
          const own = total(labeled, cell + 1) / total(labeled, labeled.length);
          return Math.abs(own - total(without, cell + 1) / total(without, without.length));
        });
        expect(found.ks).toBeCloseTo(Math.max(...differences), 12);
      }),
    );
  });
});
