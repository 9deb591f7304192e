import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeThinWindows, type ObservedWindow } from '../../src/domain/drift/merge-thin-windows.ts';
import { mergeAnchor } from '../../src/jobs/merge-anchor.ts';
import type { StoredVerdict } from '../../src/store/store.ts';

const DAY = 86_400_000;
const MIN_ROWS = 200;
const day = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * DAY);

function observe(index: number, rows: number): ObservedWindow {
  const counts = Float64Array.of(rows);
  const base = { name: 'x', role: 'input', missing: 0, invalid: 0, sum: 0, unmapped: 0, unseen: new Map() } as const;
  return {
    window: { start: day(index), end: day(index + 1) },
    fields: [{ ...base, rows, profiled: rows, nEff: rows, counts }],
  };
}

const spanOf = ({ window, fields }: ObservedWindow) => ({ window, profiled: fields[0]!.profiled });
const hasEnough = ({ profiled }: { profiled: number }) => profiled >= MIN_ROWS;

/** Judges day by day, as the job does: each judged span is stored, and merging begins at the anchor. */
function judgeDaily(rows: readonly number[]): { window: { start: Date; end: Date }; profiled: number }[] {
  const stored: { window: { start: Date; end: Date }; profiled: number }[] = [];
  for (const [index] of rows.entries()) {
    const from = mergeAnchor(stored as unknown as StoredVerdict[], day(index), MIN_ROWS);
    const first = Math.round((from.getTime() - day(0).getTime()) / DAY);
    const seen = rows.slice(first, index + 1).map((count, k) => observe(first + k, count));
    const merged = mergeThinWindows(seen, { minRows: MIN_ROWS }).filter(({ window }) => window.end > day(index));
    stored.push(...merged.map(spanOf));
  }
  return stored.filter(hasEnough);
}

describe('where merging of thin windows begins', () => {
  it('makes day by day the same windows as all at once, for as long as traffic lasts', () => {
    const traffic = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(traffic, (rows) => {
        // Over 30 days of too little traffic a span is given up; what counts here is everything below that.
        const enough = rows.map((count) => Math.max(count, 10));
        const atOnce = mergeThinWindows(
          enough.map((count, index) => observe(index, count)),
          { minRows: MIN_ROWS },
        );
        expect(judgeDaily(enough)).toEqual(atOnce.map(spanOf).filter(hasEnough));
      }),
    );
  });

  it('judges a model of 100 rows a day every second day, also in its fourth month', () => {
    const spans = judgeDaily(new Array<number>(120).fill(100));
    expect(spans).toHaveLength(60);
    expect(spans.at(-1)?.window.end).toEqual(day(120));
  });

  it('is the start of a merged window that gets late rows', () => {
    const stored = [{ window: { start: day(3), end: day(6) }, profiled: 250 }] as unknown as StoredVerdict[];
    expect(mergeAnchor(stored, day(4), MIN_ROWS)).toEqual(day(3));
    expect(mergeAnchor(stored, day(6), MIN_ROWS)).toEqual(day(6));
    expect(mergeAnchor([], day(9), MIN_ROWS)).toEqual(day(9));
  });
});
