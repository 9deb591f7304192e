/** How reference rows are cut into chunks. */
export type Chunking =
  | { readonly kind: 'equal'; readonly chunks: number }
  | { readonly kind: 'rows'; readonly rowsPerChunk: number }
  | { readonly kind: 'duration'; readonly durationMs: number };

/** Rows in the order of time, cut into chunks. */
export interface ChunkPlan {
  /** Row numbers in the order of time (of the file, without times). */
  readonly order: readonly number[];
  /** Rows of each chunk, in that order. */
  readonly chunkRows: readonly number[];
}

/**
 * Cuts rows into chunks: equal ones (sizes differ by one at most), runs of N rows (a last run under half of N joins the one before),
 * or windows of a duration, aligned in UTC (windows without rows give no chunk).
 */
export function planChunks(rowCount: number, timesMs: Float64Array | undefined, chunking: Chunking): ChunkPlan {
  const order = Array.from({ length: rowCount }, (_, row) => row);
  if (timesMs !== undefined) order.sort((a, b) => timesMs[a]! - timesMs[b]! || a - b);
  if (rowCount === 0) return { order, chunkRows: [] };
  switch (chunking.kind) {
    case 'equal':
      return { order, chunkRows: cutEqually(rowCount, Math.min(chunking.chunks, rowCount)) };
    case 'rows':
      return { order, chunkRows: cutRuns(rowCount, chunking.rowsPerChunk) };
    case 'duration': {
      if (timesMs === undefined) throw new RangeError('chunks of a duration need times');
      const windows = Map.groupBy(order, (row) => Math.floor(timesMs[row]! / chunking.durationMs));
      return { order, chunkRows: [...windows.values()].map((rows) => rows.length) };
    }
  }
}

function cutEqually(rowCount: number, chunks: number): number[] {
  const edge = (i: number): number => Math.round((i * rowCount) / chunks);
  return Array.from({ length: chunks }, (_, i) => edge(i + 1) - edge(i));
}

function cutRuns(rowCount: number, rowsPerChunk: number): number[] {
  const whole = Math.floor(rowCount / rowsPerChunk);
  const rest = rowCount - whole * rowsPerChunk;
  const runs = new Array<number>(whole).fill(rowsPerChunk);
  if (rest * 2 >= rowsPerChunk || whole === 0) runs.push(rest);
  else if (rest > 0) runs[whole - 1] = rowsPerChunk + rest;
  return runs;
}
