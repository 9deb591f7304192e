import { chiSquareQuantile } from './significance/chi-square.ts';
import { LEAST_EXPECTED } from './significance/test-cells.ts';

/** How much more the shares of a field vary between chunks of the reference than independent rows would let them. */
export interface Overdispersion {
  /** Upper 95 % bound of the variance factor at the size of a chunk, >= 1. */
  readonly factor: number;
  /** Mean over cells' directions of the excess (factor - 1) and of its square, at the size of a chunk. */
  readonly excess: number;
  readonly squaredExcess: number;
  /** Mean rows of a chunk. */
  readonly chunkRows: number;
}

/** The factor taken where chunks tell nothing: fewer than two, or all rows in one cell. */
export const ASSUMED_FACTOR = 2;

const CONFIDENCE_TAIL = 0.95;

/**
 * Estimates the overdispersion from the chunks of a reference, in time order.
 *
 * Pearson's residuals of each chunk, (O - m p) / sqrt(m p), have the covariance of a multinomial sample times the design
 * effects delta. Their mean is estimated by X^2 / df (McCullagh and Nelder 1989, 4.5.2), their mean square without bias from the
 * chunks' Gram matrix (Bai and Saranadasa 1996). Few chunks allow for error: X^2 / df is replaced by its upper 95 % bound
 * X^2 / chi2(0.05, df'), df' = df / (1 + the design effects' squared variation) (Satterthwaite; Rao and Scott 1981).
 *
 * @param chunks counts per cell, one array per chunk, all over the same cells
 */
export function estimateOverdispersion(chunks: readonly ArrayLike<number>[]): Overdispersion {
  const filled = chunks.map(keep).filter((chunk) => total(chunk) > 0);
  const rows = filled.reduce((sum, chunk) => sum + total(chunk), 0);
  const chunkRows = filled.length > 0 ? rows / filled.length : 0;
  if (filled.length < 2) return assumed(chunkRows);
  const residuals = computeResiduals(poolRare(filled, rows), rows);
  const cells = (residuals[0]?.length ?? 0) - 1;
  const freedom = filled.length - 1;
  // Where all rows lie in one cell, or every cell is rare, chunks tell nothing.
  if (cells < 1) return assumed(chunkRows);
  const { trace, squared } = computeTraces(residuals, freedom);
  const mean = trace / cells;
  const unbiased =
    freedom > 1 ? (freedom ** 2 / ((freedom - 1) * (freedom + 2))) * (squared - trace ** 2 / freedom) : 0;
  const unevenness = Math.min(cells, Math.max(1, (cells * unbiased) / trace ** 2 || 1));
  const df = (freedom * cells) / unevenness;
  const factor = Math.max(1, (mean * df) / chiSquareQuantile(CONFIDENCE_TAIL, df));
  const excess = factor - 1;
  // The design effects keep the variation that was found; all of the excess in one direction is the most there can be.
  const squaredExcess =
    Math.min(cells, Math.max(1, (unevenness * factor ** 2 - 2 * factor + 1) / excess ** 2 || 1)) * excess ** 2;
  return { factor, excess, squaredExcess, chunkRows };
}

/**
 * The overdispersion of a sample of `rows` rows: the factor to divide them by, and the unevenness between cells.
 *
 * Two kinds of dependence look alike in one chunk size: rows that come in clusters (a constant factor), and shares that wander
 * (a factor growing with the rows). The worse is taken: constant below the chunks' size, growing above it.
 */
export function overdispersionAt(estimate: Overdispersion, rows: number): { factor: number; unevenness: number } {
  const scale = estimate.chunkRows > 0 ? Math.max(1, rows / estimate.chunkRows) : 1;
  const factor = 1 + estimate.excess * scale;
  const meanSquare = 1 + 2 * estimate.excess * scale + estimate.squaredExcess * scale ** 2;
  return { factor, unevenness: Math.max(1, meanSquare / factor ** 2) };
}

function assumed(chunkRows: number): Overdispersion {
  const excess = ASSUMED_FACTOR - 1;
  return { factor: ASSUMED_FACTOR, excess, squaredExcess: excess ** 2, chunkRows };
}

function keep(counts: ArrayLike<number>): number[] {
  return Array.from(counts, (count) => (count > 0 && Number.isFinite(count) ? count : 0));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Cells expected under 5 in the mean chunk become one, which joins the smallest other cell if it is still under 5. */
function poolRare(chunks: readonly number[][], rows: number): number[][] {
  const totals = chunks[0]!.map((_, k) => chunks.reduce((sum, chunk) => sum + chunk[k]!, 0));
  const least = LEAST_EXPECTED * chunks.length;
  const common = totals.flatMap((sum, k) => (sum >= least ? [k] : []));
  const rest = rows - common.reduce((sum, k) => sum + totals[k]!, 0);
  if (rest <= 0) return chunks.map((chunk) => common.map((k) => chunk[k]!));
  const joined = rest >= least ? undefined : common.toSorted((a, b) => totals[a]! - totals[b]!)[0];
  const alone = common.filter((k) => k !== joined);
  return chunks.map((chunk) => {
    const cells = alone.map((k) => chunk[k]!);
    return [...cells, total(chunk) - total(cells)];
  });
}

function computeResiduals(chunks: readonly number[][], rows: number): number[][] {
  const shares = chunks[0]!.map((_, k) => chunks.reduce((sum, chunk) => sum + chunk[k]!, 0) / rows);
  return chunks.map((chunk) => {
    const size = total(chunk);
    return chunk.map((count, k) => (shares[k]! > 0 ? (count - size * shares[k]!) / Math.sqrt(size * shares[k]!) : 0));
  });
}

/** Traces of the residuals' covariance and of its square, from inner products of chunks. */
function computeTraces(residuals: readonly number[][], freedom: number): { trace: number; squared: number } {
  let trace = 0;
  let squared = 0;
  for (const a of residuals) {
    for (const b of residuals) {
      const product = a.reduce((sum, value, k) => sum + value * b[k]!, 0);
      squared += product ** 2;
      if (a === b) trace += product;
    }
  }
  return { trace: trace / freedom, squared: squared / freedom ** 2 };
}
