import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planChunks } from '../../src/baseline/plan-chunks.ts';
import { sampleRows } from '../../src/baseline/sample-rows.ts';

const HOUR_MS = 3_600_000;

describe('chunks of reference rows', () => {
  test('equal ones differ by one row at most, and hold every row once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20 }), (rows, chunks) => {
        const { order, chunkRows } = planChunks(rows, undefined, { kind: 'equal', chunks });
        expect(order).toEqual(Array.from({ length: rows }, (_, row) => row));
        expect(chunkRows.reduce((a, b) => a + b, 0)).toBe(rows);
        expect(Math.max(...chunkRows) - Math.min(...chunkRows)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('a short last run joins the one before, from half on it stands alone', () => {
    const cut = (rows: number) => planChunks(rows, undefined, { kind: 'rows', rowsPerChunk: 100 }).chunkRows;
    expect(cut(200)).toEqual([100, 100]);
    expect(cut(249)).toEqual([100, 149]);
    expect(cut(250)).toEqual([100, 100, 50]);
    expect(cut(30)).toEqual([30]);
  });

  test('windows of a duration follow time, whatever the order of the file', () => {
    const times = Float64Array.of(2.5, 0.5, 0.1, 7).map((hours) => hours * HOUR_MS);
    const { order, chunkRows } = planChunks(4, times, { kind: 'duration', durationMs: HOUR_MS });
    expect(order).toEqual([2, 1, 0, 3]);
    expect(chunkRows).toEqual([2, 1, 1]);
  });
});

test('a sample is increasing, of its size, the same for the same seed, and fair', () => {
  expect(sampleRows(10, 20, 1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(sampleRows(1000, 10, 3)).toEqual(sampleRows(1000, 10, 3));
  const hits = new Array<number>(20).fill(0);
  for (let seed = 0; seed < 4000; seed++) for (const each of sampleRows(20, 5, seed)) hits[each]! += 1;
  // Each row is drawn 1,000 times of 4,000; five standard deviations are 137.
  expect(Math.max(...hits.map((hit) => Math.abs(hit - 1000)))).toBeLessThan(137);
});
