/** Total of counts. */
export function sumOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}

/** Counts as shares of their total; NaN where the total is 0. */
export function toShares(counts: ArrayLike<number>): Float64Array {
  const sum = sumOf(counts);
  return Float64Array.from(counts, (count) => count / sum);
}
