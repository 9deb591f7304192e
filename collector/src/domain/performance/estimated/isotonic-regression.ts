/** Rows by ascending score, as columns of one length. */
export interface AscendingRows {
  readonly scores: Float64Array;
  /** What comes with each score: 0 or 1 for a class. */
  readonly labels: ArrayLike<number>;
  /** Rows of weight 0 are left out. */
  readonly weights: Float64Array;
}

/** A rising line through knots: `at[i]` gives `values[i]`. */
export interface IsotonicLine {
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/** Scores closer than this are tied, as in scikit-learn (the decimal resolution of a double). */
const RESOLUTION = 1e-15;

/**
 * Isotonic regression by pool adjacent violators (Barlow et al. 1972), in linear time: the rising function nearest to the labels by weighted
 * squares. Tied scores are pooled first, and only the ends of a flat piece are kept as knots, as scikit-learn does.
 *
 * @returns no knots for no rows
 */
export function fitIsotonic(rows: AscendingRows): IsotonicLine {
  const ties = poolTies(rows);
  const levels = poolViolators(ties.labels, ties.weights);
  const at: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < levels.length; i++) {
    const isEnd = i === 0 || i === levels.length - 1;
    if (!isEnd && levels[i] === levels[i - 1] && levels[i] === levels[i + 1]) continue;
    at.push(ties.scores[i]!);
    values.push(levels[i]!);
  }
  return { at, values };
}

/** The line at a score: linear between knots, level beyond the first and the last. NaN without knots. */
export function valueAt({ at, values }: IsotonicLine, score: number): number {
  const last = at.length - 1;
  if (last < 0) return Number.NaN;
  if (score <= at[0]!) return values[0]!;
  if (score >= at[last]!) return values[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (at[middle]! <= score) low = middle;
    else high = middle;
  }
  const slope = (values[high]! - values[low]!) / (at[high]! - at[low]!);
  return values[low]! + slope * (score - at[low]!);
}

interface Ties {
  readonly scores: number[];
  /** Weighted means. */
  readonly labels: number[];
  readonly weights: number[];
}

function poolTies({ scores, labels, weights }: AscendingRows): Ties {
  const ties: Ties = { scores: [], labels: [], weights: [] };
  let first = -Infinity;
  let sum = 0;
  let weight = 0;
  const close = (): void => {
    if (weight === 0) return;
    ties.scores.push(first);
    ties.labels.push(sum / weight);
    ties.weights.push(weight);
  };
  for (let i = 0; i < scores.length; i++) {
    if (weights[i] === 0) continue;
    if (scores[i]! - first >= RESOLUTION) {
      close();
      first = scores[i]!;
      sum = 0;
      weight = 0;
    }
    sum += labels[i]! * weights[i]!;
    weight += weights[i]!;
  }
  close();
  return ties;
}

/** The level of each place: neighbors that fall are replaced by their mean until none does. */
function poolViolators(labels: readonly number[], weights: readonly number[]): Float64Array {
  const n = labels.length;
  const sums = new Float64Array(n);
  const masses = new Float64Array(n);
  const sizes = new Uint32Array(n);
  let blocks = 0;
  for (let i = 0; i < n; i++) {
    sums[blocks] = labels[i]! * weights[i]!;
    masses[blocks] = weights[i]!;
    sizes[blocks] = 1;
    blocks++;
    while (blocks > 1 && sums[blocks - 2]! / masses[blocks - 2]! >= sums[blocks - 1]! / masses[blocks - 1]!) {
      blocks--;
      sums[blocks - 1]! += sums[blocks]!;
      masses[blocks - 1]! += masses[blocks]!;
      sizes[blocks - 1]! += sizes[blocks]!;
    }
  }
  const levels = new Float64Array(n);
  for (let block = 0, i = 0; block < blocks; block++) {
    levels.fill(sums[block]! / masses[block]!, i, i + sizes[block]!);
    i += sizes[block]!;
  }
  return levels;
}
