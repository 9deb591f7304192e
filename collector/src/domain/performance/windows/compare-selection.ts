import { formatShare } from '../../drift/describe.ts';
import type { Selection } from './window-performance.ts';

/** Scores of all rows and of the labeled ones, as weighted counts in the same cells. */
export interface SelectionCounts {
  readonly all: ArrayLike<number>;
  readonly labeled: ArrayLike<number>;
  readonly meanScoreAll: number | null;
  readonly meanScoreLabeled: number | null;
}

/** From here on the two groups are called different. */
const DIFFERENT_KS = 0.1;
/** Fewer unlabeled rows say nothing. */
const FEW_ROWS = 30;

/**
 * Compares labeled with unlabeled rows by their scores: where they differ, the realized performance is that of the labeled rows, and says
 * little of the others. Undefined where (nearly) every row has a label.
 */
export function compareSelection(counts: SelectionCounts): Selection | undefined {
  const all = total(counts.all);
  const labeled = Math.min(all, total(counts.labeled));
  const unlabeledRows = all - labeled;
  if (unlabeledRows < FEW_ROWS || labeled === 0) return undefined;
  const ks = greatestDifference(counts, labeled, unlabeledRows);
  const { meanScoreAll, meanScoreLabeled } = counts;
  const meanScoreUnlabeled =
    meanScoreAll === null || meanScoreLabeled === null
      ? null
      : (meanScoreAll * all - meanScoreLabeled * labeled) / unlabeledRows;
  return { unlabeledRows, meanScoreLabeled, meanScoreUnlabeled, ks, statement: describe(ks, unlabeledRows / all) };
}

function describe(ks: number, share: number): string {
  const without = `${formatShare(share)} of the rows have no label`;
  if (ks < DIFFERENT_KS) return `${without}; their scores are like those of the labeled rows`;
  return `${without}, and their scores differ (KS ${ks.toFixed(2)}): the figures are those of the labeled rows alone`;
}

function greatestDifference({ all, labeled }: SelectionCounts, labeledRows: number, unlabeledRows: number): number {
  let [here, there, greatest] = [0, 0, 0];
  for (let cell = 0; cell < all.length; cell++) {
    here += labeled[cell] ?? 0;
    there += Math.max(0, (all[cell] ?? 0) - (labeled[cell] ?? 0));
    greatest = Math.max(greatest, Math.abs(here / labeledRows - there / unlabeledRows));
  }
  return greatest;
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let cell = 0; cell < counts.length; cell++) sum += counts[cell] ?? 0;
  return sum;
}
