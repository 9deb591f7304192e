/**
 * numpy's `histogram_bin_edges(values, 'doane')`: equal-width edges from the least to the greatest value.
 *
 * Bins k = ceil(1 + log2 n + log2(1 + |g1| / sigma(g1))), g1 the biased skewness, sigma(g1) = sqrt(6 (n - 2) / ((n + 1)(n + 3)))
 * (Doane 1976). One bin where n <= 2 or all values are equal; a range of 0 is widened by 0.5 on both sides. Integers are taken
 * as NannyML 0.13.1 takes them, as floats: numpy 2 would give them bins of width 1 or more.
 *
 * @param sorted at least one finite number, ascending
 * @returns undefined where the range is no finite number or too small for its edges to differ
 */
export function computeDoaneEdges(sorted: Float64Array): number[] | undefined {
  const least = sorted[0]!;
  const greatest = sorted[sorted.length - 1]!;
  const first = least === greatest ? least - 0.5 : least;
  const last = least === greatest ? greatest + 0.5 : greatest;
  const width = doaneWidth(sorted, greatest - least);
  const bins = width > 0 ? Math.ceil((last - first) / width) : 1;
  if (!Number.isFinite(last - first) || !Number.isFinite(bins)) return undefined;
  const step = (last - first) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? last : i * step + first));
  return edges.every((edge, i) => i === 0 || edge > edges[i - 1]!) ? edges : undefined;
}

function doaneWidth(sorted: Float64Array, range: number): number {
  const n = sorted.length;
  if (n <= 2 || range === 0) return 0;
  const skewness = computeSkewness(sorted);
  const deviation = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
  return range / (1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / deviation));
}

/** Biased skewness: the mean of ((x - mean) / std)^3. */
function computeSkewness(values: Float64Array): number {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value / n;
  let squares = 0;
  for (const value of values) squares += (value - sum) ** 2;
  const std = Math.sqrt(squares / n);
  let cubes = 0;
  for (const value of values) cubes += ((value - sum) / std) ** 3;
  return std > 0 ? cubes / n : 0;
}
