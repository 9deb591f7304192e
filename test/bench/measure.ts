/** Nanoseconds that one call of `work` takes: the median over `blocks` of `calls` calls each, after one warm-up block. */
export function medianNsPerCall(work: () => void, calls: number, blocks = 15): number {
  const times: number[] = [];
  for (let block = 0; block <= blocks; block++) {
    const start = process.hrtime.bigint();
    for (let call = 0; call < calls; call++) work();
    const elapsed = Number(process.hrtime.bigint() - start) / calls;
    if (block > 0) times.push(elapsed);
  }
  return quantile(times, 0.5);
}

/** The q-quantile of the values (nearest rank). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
