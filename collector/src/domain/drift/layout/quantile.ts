/**
 * Quantile by linear interpolation (type 7 of Hyndman and Fan 1996; numpy's default, to the last bit).
 *
 * @param sorted at least one finite number, ascending
 * @param share 0 to 1
 */
export function quantileOf(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share;
  const index = Math.min(Math.floor(position), sorted.length - 1);
  const low = sorted[index]!;
  const high = sorted[Math.min(index + 1, sorted.length - 1)]!;
  const part = position - index;
  // Interpolated from the nearer end, as numpy does: monotone, and exact at both ends.
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}
