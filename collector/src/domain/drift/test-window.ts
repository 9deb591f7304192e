import type { DecisionCells } from './cells.ts';
import { type Overdispersion, overdispersionAt } from './overdispersion.ts';
import type { Random } from './significance/random.ts';
import { testCells } from './significance/test-cells.ts';

/** The significance of one field in one window. */
export interface CellsTest {
  readonly pValue: number;
  /** What the window's rows were divided by. */
  readonly overdispersion: number;
  /** Share of the variance of (window - reference) that neighboring windows have in common. */
  readonly sharedVariance: number;
}

/**
 * Tests whether a window's cells and the reference's come from one population.
 *
 * Both sample sizes are divided by the overdispersion at their own size: of the window, and of a chunk for the reference, whose
 * chunks are taken as independent. Neighboring windows share the reference's error, and possibly all that varies beyond independent rows.
 */
export function testWindow(
  cells: DecisionCells,
  n: number,
  m: number,
  estimate: Overdispersion,
  random: Random,
): CellsTest {
  const atWindow = overdispersionAt(estimate, n);
  const atChunk = overdispersionAt(estimate, estimate.chunkRows);
  const windowVariance = atWindow.factor / n;
  const referenceVariance = atChunk.factor / m;
  const shared = referenceVariance + (atWindow.factor - 1) / n;
  const sizes = { n: 1 / windowVariance, m: 1 / referenceVariance, unevenness: atWindow.unevenness };
  return {
    pValue: testCells(cells.reference, cells.observed, sizes, random),
    overdispersion: atWindow.factor,
    sharedVariance: shared / (windowVariance + referenceVariance),
  };
}
