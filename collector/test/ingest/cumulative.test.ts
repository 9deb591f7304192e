import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CumulativeSeries } from '../../src/ingest/cumulative.ts';
import { createPoint, type Point } from '../../src/ingest/points.ts';

const source = { service: '', instance: 'pod-1', environment: 'production', high: 0, low: 0 };

function cumulativePoint(end: number, changes: Partial<Point>): Point {
  const point = createPoint(source, 'ml.field.value', 'exponential', 'cumulative');
  return { ...point, startNs: 1n, endNs: BigInt(end), sum: 0, ...changes };
}

/** Turns points into deltas, each in a request of its own. */
async function convert(series: CumulativeSeries, point: Point): Promise<Point | undefined> {
  const changes = series.begin();
  await changes.start();
  const delta = changes.toDelta(point);
  changes.commit();
  changes.end();
  return delta;
}

const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);

describe('cumulative to delta', () => {
  it('loses and doubles no row, whatever the points are and whenever the scale falls', async () => {
    const steps = fc.array(
      fc.record({ counts: fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }), merges: fc.boolean() }),
      {
        minLength: 2,
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: -20, max: 20 }), async (all, offset) => {
        const series = new CumulativeSeries();
        let scale = 10;
        // Rows per bucket at the present scale; merging two buckets lowers the scale by one.
        let buckets = new Map<number, number>();
        let whole = 0;
        let first = 0;
        let fromDeltas = 0;
        for (const [index, { counts, merges }] of all.entries()) {
          if (merges) {
            scale--;
            const merged = new Map<number, number>();
            for (const [key, count] of buckets) merged.set(key >> 1, (merged.get(key >> 1) ?? 0) + count);
            buckets = merged;
          }
          for (const [key, count] of counts.entries()) {
            buckets.set(offset + key, (buckets.get(offset + key) ?? 0) + count);
            whole += count;
          }
          const keys = [...buckets.keys()];
          const low = Math.min(...keys);
          const dense = Uint32Array.from(
            { length: Math.max(...keys) - low + 1 },
            (_, at) => buckets.get(low + at) ?? 0,
          );
          const point = cumulativePoint(index + 2, { scale, positiveOffset: low, counts: dense, count: whole });
          const delta = await convert(series, point);
          if (index === 0) first = whole;
          else {
            expect(total(delta?.counts ?? new Uint32Array())).toBe(delta?.count);
            expect([delta?.startNs, delta?.endNs]).toEqual([BigInt(index + 1), BigInt(index + 2)]);
            fromDeltas += delta?.count ?? NaN;
          }
        }
        expect(first + fromDeltas).toBe(whole);
      }),
    );
  });

  it('converts the same again when a request failed on its way to the disk', async () => {
    const series = new CumulativeSeries();
    await convert(series, cumulativePoint(2, { count: 5, zeroCount: 5 }));
    const next = cumulativePoint(3, { count: 8, zeroCount: 8 });
    const failed = series.begin();
    await failed.start();
    expect(failed.toDelta(next)?.count).toBe(3);
    failed.end();
    expect((await convert(series, next))?.count).toBe(3);
    expect(await convert(series, next)).toBeUndefined();
  });

  it('lets one request at a time in', async () => {
    const series = new CumulativeSeries();
    const order: string[] = [];
    const first = series.begin();
    await first.start();
    const second = series.begin();
    const waiting = second.start().then(() => order.push('second'));
    order.push('first');
    first.end();
    await waiting;
    second.end();
    expect(order).toEqual(['first', 'second']);
  });

  it('forgets the series unseen for longest beyond its bound', async () => {
    const series = new CumulativeSeries(2);
    const at = (end: number, seriesLow: number) => convert(series, cumulativePoint(end, { seriesLow, count: end }));
    for (const seriesLow of [1, 2, 3]) await at(2, seriesLow);
    expect(await at(3, 1)).toBeUndefined();
    expect((await at(3, 3))?.count).toBe(1);
  });
});
