import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeWindow } from '../../../src/domain/drift/judge-window.ts';
import { type JudgedReference, prepareReference } from '../../../src/domain/drift/judged-reference.ts';
import { mergeThinWindows } from '../../../src/domain/drift/merge-thin-windows.ts';
import type { ObservedField } from '../../../src/domain/drift/observation.ts';
import { pickSeasonal, pickTrailing, referenceFromWindows } from '../../../src/domain/drift/reference-from-windows.ts';
import type { ReferenceField } from '../../../src/domain/drift/reference.ts';
import { computeStatistics } from '../../../src/domain/drift/statistics/compute-statistics.ts';
import type { ModelThresholds } from '../../../src/domain/drift/thresholds.ts';
import { EVEN, numericField, observe } from './judge-fixture.ts';

const HOUR_MS = 3_600_000;
const at = (hour: number) => ({
  start: new Date(Date.UTC(2026, 0, 5) + hour * HOUR_MS),
  end: new Date(Date.UTC(2026, 0, 5) + (hour + 1) * HOUR_MS),
});

function referenceOf(fields: readonly ReferenceField[]): JudgedReference {
  return prepareReference({
    format: 1,
    model: 'm',
    version: '1',
    kind: 'heldout',
    rows: 5000,
    chunkRows: new Array<number>(10).fill(500),
    fields,
    warnings: [],
  });
}

function judge(
  observed: readonly ObservedField[],
  reference = referenceOf([numericField('age', EVEN)]),
  thresholds?: ModelThresholds,
) {
  return judgeWindow({
    window: at(0),
    reference,
    observed,
    computeStatistics,
    budget: { windowsPerWeek: 168 },
    ...(thresholds === undefined ? {} : { thresholds }),
  });
}

const scaled = (times: number): number[] => EVEN.map((count) => count * times);

describe('judgeWindow', () => {
  it('is ok where shares are the same', () => {
    const [verdict] = judge([observe('age', scaled(2))]);
    expect(verdict).toMatchObject({
      verdict: 'ok',
      outOfRange: 0,
      decision: { statistic: 'psi', value: 0, threshold: 0.1, n: 1000, m: 5000 },
    });
    expect(verdict!.pValue).toBe(1);
  });

  it('is critical where rows go missing, and says so', () => {
    const [verdict] = judge([
      observe(
        'age',
        scaled(2).map((count) => count * 0.62),
        { missing: 380 },
      ),
    ]);
    expect(verdict).toMatchObject({ verdict: 'critical', missing: 380, decision: { threshold: 0.25 } });
    expect(verdict!.qValue).toBeLessThan(1e-30);
    expect(verdict!.qualityShare).toBeGreaterThan(0.5);
    expect(verdict!.reason).toMatch(
      /^PSI [\d.]+ is over 0\.25 \(n 1,000, .*q .*\): 38 % of rows are missing or invalid, reference 0 %$/,
    );
  });

  it('shows the plain PSI and decides on the debiased one', () => {
    const counts = scaled(0.8).map((count, k) => (k === 1 ? count + 10 : k === 2 ? count - 10 : count));
    const [verdict] = judge([observe('age', counts)]);
    const plain = verdict!.statistics.psi!;
    expect(verdict!.decision.value).toBeCloseTo(Math.max(0, plain - 9 * (1 / 400 + 1 / 5000)), 12);
  });

  it('is not critical on effect alone', () => {
    const counts = [0, 34, 10, 26, 18, 12, 30, 16, 24, 20, 10, 0];
    const loud: ModelThresholds = { model: { psi: { warning: 0.01, critical: 0.02 } } };
    const chunks = (k: number) =>
      k % 2 === 0
        ? EVEN.map((count, cell) => count + (cell % 2 === 0 ? 30 : -20))
        : EVEN.map((count, cell) => count + (cell % 2 === 0 ? -30 : 20));
    const restless = {
      ...numericField('age', EVEN),
      chunks: Array.from(
        { length: 10 },
        (_, k) =>
          numericField(
            'age',
            chunks(k).map((count, cell) => (cell === 0 || cell === 11 ? 0 : count)),
          ).chunks[0]!,
      ),
    };
    const [verdict] = judge([observe('age', counts)], referenceOf([restless]), loud);
    expect(verdict!.decision.overdispersion).toBeGreaterThan(5);
    expect(verdict!.verdict).toBe('ok');
    expect(verdict!.reason).toContain('not significant');
  });

  it('takes limits of other statistics and of single fields', () => {
    const counts = scaled(20).map((count, k) => (k === 1 ? count + 300 : k === 2 ? count - 300 : count));
    const byField: ModelThresholds = { fields: new Map([['age', { js: { critical: 0.01 } }]]) };
    expect(judge([observe('age', counts)])[0]!.verdict).toBe('ok');
    expect(judge([observe('age', counts)], undefined, byField)[0]).toMatchObject({
      verdict: 'critical',
      decision: { statistic: 'js', threshold: 0.01 },
    });
  });

  it.each([
    ['too few rows', [observe('age', scaled(0.2))], '100 rows, fewer than 200'],
    ['no rows', [], 'no rows'],
    ['another layout', [observe('age', scaled(2), { unmapped: 100 })], 'layout changed'],
  ])('is unknown with %s', (_, observed, reason) => {
    const [verdict] = judge(observed);
    expect(verdict!.verdict).toBe('unknown');
    expect(verdict!.reason).toContain(reason);
    expect(verdict).toMatchObject({ pValue: null, qValue: null });
  });

  it('never throws and never holds NaN', () => {
    const number = fc.oneof(fc.constantFrom(0, Number.NaN, Infinity), fc.integer({ min: 0, max: 10_000 }));
    fc.assert(
      fc.property(fc.array(number, { minLength: 12, maxLength: 12 }), number, number, (counts, nEff, rows) => {
        const [verdict] = judge([observe('age', counts, { nEff, rows, profiled: rows, sum: Number.NaN })]);
        const { statistics, decision, pValue, qValue, impact } = verdict!;
        const values = [
          ...Object.values(statistics),
          decision.value,
          decision.n,
          decision.m,
          pValue,
          qValue,
          impact.shift,
        ];
        expect(values.some((value) => Number.isNaN(value))).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

describe('mergeThinWindows', () => {
  it('joins thin windows until they have enough rows', () => {
    const windows = [100, 100, 300, 50].map((rows, k) => ({
      window: at(k),
      fields: [
        observe(
          'age',
          EVEN.map((c) => (c * rows) / 500),
        ),
      ],
    }));
    const merged = mergeThinWindows(windows);
    expect(merged.map(({ window, fields }) => [window.start, window.end, fields[0]!.profiled])).toEqual([
      [at(0).start, at(1).end, 200],
      [at(2).start, at(2).end, 300],
      [at(3).start, at(3).end, 50],
    ]);
  });

  it('gives up after 30 days', () => {
    const windows = [0, 24 * 31].map((hour) => ({ window: at(hour), fields: [observe('age', scaled(0.2))] }));
    expect(mergeThinWindows(windows)).toHaveLength(2);
  });

  it('keeps the effective size of sampled windows', () => {
    const windows = [observe('age', scaled(0.3), { nEff: 30 }), observe('age', scaled(0.3), { nEff: 150 })];
    const [merged] = mergeThinWindows(windows.map((field, k) => ({ window: at(k), fields: [field] })));
    expect(merged!.fields[0]!.nEff).toBeCloseTo(300 ** 2 / (150 ** 2 / 30 + 150 ** 2 / 150), 9);
  });
});

describe('references from windows', () => {
  const week = 168;
  const past = (hour: number, isSuspect = false) => ({
    window: at(hour),
    isSuspect,
    fields: [observe('age', scaled(2))],
  });

  it('leaves suspect windows out, and judges against the rest', () => {
    const baseline = { fields: [numericField('age', EVEN)] };
    const reference = referenceFromWindows([past(-3), past(-2, true), past(-1)], baseline, 'trailing:28d');
    expect(reference.fields[0]!.m).toBe(2000);
    const [verdict] = judge([observe('age', scaled(2))], reference);
    expect(verdict).toMatchObject({ verdict: 'ok', decision: { reference: 'trailing:28d', m: 2000 } });
  });

  it('is unknown without clean windows', () => {
    const reference = referenceFromWindows([past(-1, true)], { fields: [numericField('age', EVEN)] }, 'seasonal');
    expect(judge([observe('age', scaled(2))], reference)[0]).toMatchObject({
      verdict: 'unknown',
      reason: 'no reference',
    });
  });

  it('picks the same hour of four past weeks, or none', () => {
    const weeks = [-5, -4, -3, -2, -1].map((k) => past(k * week, k === -4));
    expect(pickSeasonal([...weeks, past(-1)], at(0))).toHaveLength(4);
    expect(pickSeasonal(weeks.slice(2), at(0))).toBeUndefined();
  });

  it('looks at eight past weeks, however much of the past is at hand', () => {
    const weeks = Array.from({ length: 12 }, (_, k) => past((k - 12) * week));
    expect(pickSeasonal(weeks, at(0))).toEqual(weeks.slice(4));
    const clean = weeks.map((one, k) => ({ ...one, isSuspect: k >= 7 }));
    expect(pickSeasonal(clean, at(0))).toBeUndefined();
  });

  it('trails without looking at the window itself', () => {
    expect(pickTrailing([past(-30), past(-2), past(0), past(1)], at(0), 24 * HOUR_MS)).toHaveLength(1);
  });
});
