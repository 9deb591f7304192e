import { createRandom } from '../../drift/significance/random.ts';

const LEVELS = 256;

/** Units of more rows than this are drawn as if they had so many: by then a Poisson sum is all but normal. */
const MOST_ROWS = 64;

/**
 * Poisson(m) for m = 1 to 64 as 256 equally likely levels each, in standard deviations from its mean: mean 0 and variance 1 exactly.
 */
const TABLES = makeTables();

function makeTables(): Float64Array {
  const tables = new Float64Array(MOST_ROWS * LEVELS);
  for (let rows = 1; rows <= MOST_ROWS; rows++) tables.set(standardize(poissonLevels(rows)), (rows - 1) * LEVELS);
  return tables;
}

/** Quantiles of Poisson(mean) at (i + 1/2) / 256. */
function poissonLevels(mean: number): Float64Array {
  const levels = new Float64Array(LEVELS);
  let count = 0;
  let probability = Math.exp(-mean);
  let below = probability;
  for (let i = 0; i < LEVELS; i++) {
    while (below < (i + 0.5) / LEVELS) {
      count++;
      probability *= mean / count;
      below += probability;
    }
    levels[i] = count;
  }
  return levels;
}

function standardize(levels: Float64Array): Float64Array {
  const mean = levels.reduce((sum, level) => sum + level, 0) / LEVELS;
  const variance = levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / LEVELS;
  return levels.map((level) => (level - mean) / Math.sqrt(variance));
}

/** Rows that a bootstrap draws together. */
export interface DrawUnits {
  readonly count: number;
  readonly rows: Uint32Array;
  /** Sum of weights per unit. */
  readonly totals: Float64Array;
  /** Sum of squared weights per unit. */
  readonly squares: Float64Array;
}

/**
 * Calls `replicate` with the total weight of each unit, drawn anew, `replicates` times: a Poisson bootstrap (Chamandy et al. 2012), in which
 * each row counts Poisson(1) times. A unit's total has the mean (sum of weights) and the variance (sum of squared weights) that its rows
 * would give it, and the shape of Poisson(rows); it is never below 0.
 */
export function drawPoisson(
  units: DrawUnits,
  replicates: number,
  seed: number,
  replicate: (totals: Float64Array, index: number) => void,
): void {
  const random = createRandom(seed);
  const words = new Uint32Array(Math.ceil(units.count / 4));
  const bytes = new Uint8Array(words.buffer);
  const roots = units.squares.map(Math.sqrt);
  const tables = units.rows.map((rows) => (Math.max(1, Math.min(MOST_ROWS, rows)) - 1) * LEVELS);
  const drawn = new Float64Array(units.count);
  for (let r = 0; r < replicates; r++) {
    for (let i = 0; i < words.length; i++) words[i] = random() * 4_294_967_296;
    for (let i = 0; i < units.count; i++) {
      const total = units.totals[i]! + roots[i]! * TABLES[tables[i]! + bytes[i]!]!;
      drawn[i] = total > 0 ? total : 0;
    }
    replicate(drawn, r);
  }
}
