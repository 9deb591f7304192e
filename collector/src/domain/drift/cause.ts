import type { DecisionCells } from './cells.ts';

/** What the cells say about the cause of a PSI. */
export interface Cause {
  /** The cell that adds most to the PSI. */
  readonly key: string;
  readonly referenceShare: number;
  readonly observedShare: number;
  /** Share of the PSI that comes from missing, invalid, unseen and out-of-range rows. */
  readonly qualityShare: number;
}

const QUALITY_KEYS: ReadonlySet<string> = new Set(['missing', 'unseen', 'below', 'above']);

/** Cells that hold a row on either side. */
export function countOccupied({ reference, observed }: DecisionCells): number {
  let occupied = 0;
  for (let k = 0; k < reference.length; k++) if (reference[k]! > 0 || observed[k]! > 0) occupied++;
  return occupied;
}

/** Finds the cell that adds most to the PSI; undefined where one side has no rows. Half a row per cell smooths empty ones. */
export function findCause({ keys, reference, observed }: DecisionCells): Cause | undefined {
  const m = sum(reference);
  const n = sum(observed);
  if (!(m > 0) || !(n > 0)) return undefined;
  let top = 0;
  let topTerm = -1;
  let total = 0;
  let quality = 0;
  for (let k = 0; k < keys.length; k++) {
    if (reference[k] === 0 && observed[k] === 0) continue;
    const r = (reference[k]! + 0.5) / (m + 0.5);
    const c = (observed[k]! + 0.5) / (n + 0.5);
    const term = (c - r) * Math.log(c / r);
    total += term;
    if (QUALITY_KEYS.has(keys[k]!)) quality += term;
    if (term > topTerm) {
      top = k;
      topTerm = term;
    }
  }
  return {
    key: keys[top]!,
    referenceShare: reference[top]! / m,
    observedShare: observed[top]! / n,
    qualityShare: total > 0 ? quality / total : 0,
  };
}

function sum(counts: ArrayLike<number>): number {
  let total = 0;
  for (let k = 0; k < counts.length; k++) total += counts[k]!;
  return total;
}
