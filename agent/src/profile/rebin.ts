import { cellOf } from './edges.ts';
import { exponentialBucketBounds } from './exponential-mapping.ts';
import { nextDownDouble } from './float-bits.ts';
import type { EdgesLayout } from './layout.ts';
import type { ExponentialHistogram } from './profile.ts';

/** Counts per cell of an edges layout, and how many values could not be placed. */
export interface RebinnedCounts {
  readonly counts: Float64Array;
  /** Values in buckets that a bound cuts. */
  readonly ambiguous: number;
}

/** Maps exponential buckets to the cell that holds them wholly; zeros go to the cell of 0, cut buckets are ambiguous. */
export function rebin(histogram: ExponentialHistogram, layout: EdgesLayout): RebinnedCounts {
  const counts = new Float64Array(layout.bounds.length + 1);
  let ambiguous = 0;
  const place = (count: number, least: number, greatest: number): void => {
    const cell = cellOf(layout, least);
    if (cell === cellOf(layout, greatest)) counts[cell]! += count;
    else ambiguous += count;
  };
  place(histogram.zeroCount, 0, 0);
  for (const sign of ['positive', 'negative'] as const) {
    const { offset, counts: buckets } = histogram[sign];
    for (const [i, count] of buckets.entries()) {
      if (count === 0) continue;
      const { low, high } = exponentialBucketBounds(offset + i, histogram.scale);
      const greatest = Math.min(high, Number.MAX_VALUE);
      // The greatest number below -low is the least above low with its sign turned.
      const below = nextDownDouble(-low);
      if (sign === 'positive') place(count, -below, greatest);
      else place(count, -greatest, below);
    }
  }
  return { counts, ambiguous };
}
