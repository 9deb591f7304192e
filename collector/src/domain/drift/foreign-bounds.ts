import type { EdgesLayout } from '@prumo/agent/profile';
import type { SeriesGroup } from './series.ts';

/**
 * The bounds that a histogram group was counted in; undefined for an exponential histogram or an unknown layout. Bounds that
 * came with the counts are believed before those of the hash that the sender named.
 */
export function decodeLayoutBounds(
  group: SeriesGroup,
  boundsOf: (hash: string) => readonly number[] | undefined,
): readonly number[] | undefined {
  if (group.bounds.length > 0) return group.bounds;
  return group.layout === '' ? undefined : boundsOf(group.layout);
}

/**
 * Counts of one list of bounds brought into another: a bin that lies inside one target bin is mapped,
 * any other is counted as ambiguous. Bins are `(a, b]` on both sides.
 */
export function mapBounds(
  from: readonly number[],
  counts: ArrayLike<number>,
  layout: EdgesLayout,
): { counts: Float64Array; ambiguous: number } {
  const { bounds } = layout;
  const mapped = new Float64Array(bounds.length + 1);
  let ambiguous = 0;
  let cell = 0;
  for (let bin = 0; bin <= from.length; bin++) {
    const low = bin === 0 ? -Infinity : from[bin - 1]!;
    const high = bin === from.length ? Infinity : from[bin]!;
    while (cell < bounds.length && bounds[cell]! <= low) cell++;
    const cellHigh = cell === bounds.length ? Infinity : bounds[cell]!;
    const count = counts[bin] ?? 0;
    if (high <= cellHigh) mapped[cell]! += count;
    else ambiguous += count;
  }
  return { counts: mapped, ambiguous };
}
