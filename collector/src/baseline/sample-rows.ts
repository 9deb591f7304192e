/**
 * `size` of the row numbers below `rowCount`, increasing, each set equally likely; all of them if there are not more. The same
 * seed gives the same rows. (Algorithm S: Knuth, The Art of Computer Programming 2, 3.4.2.)
 */
export function sampleRows(rowCount: number, size: number, seed: number): number[] {
  const random = createRandom(seed);
  const rows: number[] = [];
  for (let row = 0; row < rowCount && rows.length < size; row++) {
    if (random() * (rowCount - row) < size - rows.length) rows.push(row);
  }
  return rows;
}

/** mulberry32: numbers in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
