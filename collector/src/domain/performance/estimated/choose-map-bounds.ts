import { cellOf } from '@prumo/agent/profile';

/** Most bounds of a partition that estimates stand on: 256 cells. */
export const MAX_MAP_BOUNDS = 255;

/** Share of the bounds that are chosen by count; the rest part the widest cells. */
const COUNT_SHARE = 0.75;

/**
 * A partition for estimates: at most 255 of the layout's bounds, the cut below the decision threshold one of them. Most make cells of about
 * equal counts of the reference; the rest part the widest cells, for windows whose scores lie elsewhere.
 *
 * @param sorted scores of the reference, ascending
 * @param layoutBounds ascending
 */
export function chooseMapBounds(
  sorted: Float64Array,
  layoutBounds: readonly number[],
  threshold: number | undefined,
  maxBounds = MAX_MAP_BOUNDS,
): readonly number[] {
  if (layoutBounds.length <= maxBounds) return [...layoutBounds];
  const chosen = new Set<number>();
  const cut = threshold === undefined ? undefined : cutBelow(layoutBounds, threshold);
  if (cut !== undefined) chosen.add(cut);
  const counts = layoutBounds.map((bound) => countUpTo(sorted, bound));
  const byCount = Math.floor((maxBounds - chosen.size) * COUNT_SHARE);
  for (let i = 1; i <= byCount; i++) chosen.add(layoutBounds[nearest(counts, (i / (byCount + 1)) * sorted.length)]!);
  addWidest(chosen, layoutBounds, maxBounds);
  return [...chosen].sort((a, b) => a - b);
}

/** The greatest bound below a threshold: what lies above it is decided positive. Undefined where there is none. */
export function cutBelow(bounds: readonly number[], threshold: number): number | undefined {
  return bounds[countSmaller(bounds, threshold) - 1];
}

function countUpTo(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the ascending count nearest to what is wanted. */
function nearest(counts: readonly number[], wanted: number): number {
  const above = Math.min(countSmaller(counts, wanted), counts.length - 1);
  return above > 0 && wanted - counts[above - 1]! < counts[above]! - wanted ? above - 1 : above;
}

/** Parts the widest cell that a bound of the layout lies inside of, near its middle, until there is no room. */
function addWidest(chosen: Set<number>, layoutBounds: readonly number[], maxBounds: number): void {
  const places = layoutBounds.flatMap((bound, index) => (chosen.has(bound) ? [index] : []));
  const ends = [...new Set([0, ...places, layoutBounds.length - 1])].sort((a, b) => a - b);
  const spans = ends.slice(1).map((end, i) => ({ start: ends[i]!, end }));
  for (const end of ends) if (chosen.size < maxBounds) chosen.add(layoutBounds[end]!);
  while (chosen.size < maxBounds) {
    let widest: { start: number; end: number } | undefined;
    for (const span of spans) {
      if (span.end - span.start < 2) continue;
      if (widest === undefined || widthOf(layoutBounds, span) > widthOf(layoutBounds, widest)) widest = span;
    }
    if (widest === undefined) return;
    const middle = (layoutBounds[widest.start]! + layoutBounds[widest.end]!) / 2;
    const place = Math.min(widest.end - 1, Math.max(widest.start + 1, countSmaller(layoutBounds, middle)));
    chosen.add(layoutBounds[place]!);
    spans.push({ start: place, end: widest.end });
    widest.end = place;
  }
}

function widthOf(bounds: readonly number[], { start, end }: { readonly start: number; readonly end: number }): number {
  return bounds[end]! - bounds[start]!;
}

function countSmaller(ascending: readonly number[], value: number): number {
  return cellOf({ kind: 'edges', bounds: ascending }, value);
}
