import { describe, expect, it } from 'vitest';
import { measureEvidently } from '../../../src/domain/drift/modes/evidently.ts';
import { isRefused, type ModeResult } from '../../../src/domain/drift/modes/mode-result.ts';
import { measureNannyml } from '../../../src/domain/drift/modes/nannyml.ts';
import { smirnovPValue } from '../../../src/domain/drift/modes/smirnov-p-value.ts';
import type { StatisticName } from '../../../src/domain/drift/verdict.ts';
import { categoricalColumn, golden, numericColumn, referenceOf, windowOf } from './statistics-golden.ts';

function valueOf({ statistics }: ModeResult, name: StatisticName): number {
  const answer = statistics[name];
  if (answer === undefined || isRefused(answer)) throw new Error(`${name}: ${answer?.refused ?? 'absent'}`);
  return answer.value;
}

function refusalOf({ statistics }: ModeResult, name: StatisticName): string | undefined {
  const answer = statistics[name];
  return answer !== undefined && isRefused(answer) ? answer.refused : undefined;
}

describe.each(golden.numeric)('modes on "$name"', ({ elementType, reference, observed, expected }) => {
  const column = numericColumn(reference);
  const rows = reference.length;
  const field = referenceOf(column, elementType, [Math.ceil(rows / 2), Math.floor(rows / 2)]);
  const window = windowOf(field, numericColumn(observed));

  it('gives the numbers of NannyML, missing rows left out', () => {
    const nannyml = measureNannyml(field, window);
    expect(nannyml.decides).toBe('js');
    expect(valueOf(nannyml, 'js')).toBeCloseTo(expected.js, 12);
    expect(valueOf(nannyml, 'hellinger')).toBeCloseTo(expected.hellinger, 12);
    expect(Math.abs(valueOf(nannyml, 'ks') - expected.ks)).toBeLessThan(0.012);
    expect(Math.abs(valueOf(nannyml, 'wasserstein') - expected.wasserstein)).toBeLessThan(
      0.01 * Math.max(expected.std, 1e-6),
    );
    expect(refusalOf(nannyml, 'psi')).toContain('NannyML');
  });

  it('gives the numbers of Evidently where frozen bins allow', () => {
    const evidently = measureEvidently(field, window);
    const distinct = new Set(reference.concat(observed).filter((value) => value !== null)).size;
    expect(evidently.decides).toBe(distinct > 5 ? 'ks' : 'chi2');
    expect(valueOf(evidently, 'wassersteinNormalized') / expected.wassersteinEvidently || 1).toBeCloseTo(1, 1);
    if (expected.psiEvidently === undefined) {
      expect(refusalOf(evidently, 'psi')).toContain('Sturges');
      expect(refusalOf(evidently, 'js')).toContain('Sturges');
      return;
    }
    expect(valueOf(evidently, 'psi')).toBeCloseTo(expected.psiEvidently, 10);
    expect(valueOf(evidently, 'js')).toBeCloseTo(expected.jsEvidently!, 12);
    expect(valueOf(evidently, 'chi2')).toBeCloseTo(expected.frequencyPValue!, 10);
    expect(valueOf(evidently, 'ks')).toBeCloseTo(expected.ksPValue, 8);
  });

  it("has scipy's exact p-value for the same D", () => {
    const [m, n] = [reference, observed].map((values) => values.filter((value) => value !== null).length) as [
      number,
      number,
    ];
    expect(smirnovPValue(expected.ks, m, n)).toBeCloseTo(expected.ksPValue, 9);
  });
});

describe.each(golden.categorical)('modes on "$name"', ({ reference, observed, expected }) => {
  const column = categoricalColumn(reference);
  const field = referenceOf(column, 'string');
  const window = windowOf(field, categoricalColumn(observed));

  it('gives the numbers of NannyML, new categories one by one', () => {
    const nannyml = measureNannyml(field, window);
    expect(valueOf(nannyml, 'js')).toBeCloseTo(expected.js, 12);
    expect(valueOf(nannyml, 'hellinger')).toBeCloseTo(expected.hellinger, 12);
    expect(valueOf(nannyml, 'lInfinity')).toBeCloseTo(expected.lInfinity, 12);
    expect(nannyml.statistics.chi2).toMatchObject({ threshold: 0.05, drifted: expected.chi2PValue < 0.05 });
    expect(valueOf(nannyml, 'chi2')).toBeCloseTo(expected.chi2Yates, 8);
  });

  it('gives the numbers of Evidently', () => {
    const evidently = measureEvidently(field, window);
    expect(evidently.decides).toBe(column.values.length > 1000 ? 'js' : 'chi2');
    expect(valueOf(evidently, 'psi')).toBeCloseTo(expected.psiEvidently, 10);
    expect(valueOf(evidently, 'js')).toBeCloseTo(expected.jsEvidently, 12);
    expect(valueOf(evidently, 'hellinger')).toBeCloseTo(expected.hellingerEvidently, 7);
    expect(valueOf(evidently, 'chi2')).toBeCloseTo(expected.frequencyPValue, 10);
    expect(refusalOf(evidently, 'lInfinity')).toContain('Evidently');
  });
});

describe('measureNannyml', () => {
  it('takes its threshold from the chunks: mean + 3 standard deviations', () => {
    const field = referenceOf(categoricalColumn({ a: 60, b: 40 }), 'string', [50, 10, 40]);
    const window = windowOf(field, categoricalColumn({ a: 30, b: 30 }));
    // Shares of a: 1, 1 and 0, against 0.6 in all.
    const answer = measureNannyml(field, window).statistics.lInfinity;
    const mean = (0.4 + 0.4 + 0.6) / 3;
    const std = Math.sqrt((2 * (0.4 - mean) ** 2 + (0.6 - mean) ** 2) / 3);
    expect(answer).toMatchObject({ drifted: false });
    expect(answer).toHaveProperty('threshold', expect.closeTo(mean + 3 * std, 12));
  });

  it('refuses what it cannot know', () => {
    const many = Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [`c${i}`, 1 + (i % 3)]));
    const field = referenceOf(categoricalColumn(many), 'string');
    expect(refusalOf(measureNannyml(field, windowOf(field, categoricalColumn(many))), 'js')).toContain('categories');
    expect(refusalOf(measureEvidently(field, windowOf(field, categoricalColumn(many))), 'js')).toContain('categories');

    const numbers = numericColumn(Array.from({ length: 300 }, (_, i) => i));
    const first = referenceOf(numbers, 'float64');
    const again = referenceOf(numericColumn([5, 6, 7]), 'float64', [3], { layout: first });
    expect(refusalOf(measureNannyml(again, windowOf(again, numbers)), 'js')).toContain('earlier');
    const chunkless = { ...first, chunks: [] };
    expect(refusalOf(measureNannyml(chunkless, windowOf(first, numbers)), 'js')).toContain('chunks');
  });
});

describe('measureEvidently', () => {
  it('chooses by rows of the reference and distinct values', () => {
    const build = (rows: number, distinct: number): string => {
      const column = numericColumn(Array.from({ length: rows }, (_, i) => i % distinct));
      const field = referenceOf(column, 'float64');
      return measureEvidently(field, windowOf(field, column)).decides;
    };
    expect([build(1000, 6), build(1001, 6), build(1000, 5), build(1001, 5)]).toEqual([
      'ks',
      'wassersteinNormalized',
      'chi2',
      'js',
    ]);
    expect(build(5000, 3000)).toBe('wassersteinNormalized');
  });
});
