import { BLOCK_ROWS, readColumn } from '../profile/column.ts';
import { type ElementType, roundToElementType } from '../profile/index.ts';
import type { ClassScore } from './class-scores.ts';
import { columnOf, type Outputs, type OutputTensor, readOutput } from './output-column.ts';

/** Filled and read within one call. */
const block = new Float64Array(BLOCK_ROWS);

/**
 * Which of the scores is the greatest of each row, by its place; the first of equal ones. -1 for rows where one is missing, NaN or
 * infinite. Undefined where not all of the scores are among the outputs as numbers.
 */
export function findGreatest(scores: readonly ClassScore[], outputs: Outputs, rows: number): Int32Array | undefined {
  const greatest = new Float64Array(rows).fill(-Infinity);
  const places = new Int32Array(rows);
  let read: OutputTensor | undefined;
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place]!;
    // Most often all scores are columns of one tensor.
    if (score.tensor !== scores[place - 1]?.tensor) read = readOutput(outputs, score.tensor, rows);
    const column = read && columnOf(score, read);
    if (read === undefined || column === undefined || !ArrayBuffer.isView(read.data)) return undefined;
    const type = read.type === 'float16' ? read.type : score.elementType;
    const missing = missingOf(score, type);
    for (let start = 0; start < rows; start += BLOCK_ROWS) {
      const length = Math.min(BLOCK_ROWS, rows - start);
      readColumn(read.data, type, start * read.width + column, read.width, length, block);
      for (let i = 0; i < length; i++) {
        const value = block[i]!;
        const row = start + i;
        if (!Number.isFinite(value) || (missing.length > 0 && missing.includes(value))) {
          // No score is greater than that, so the row stays without.
          greatest[row] = Infinity;
          places[row] = -1;
        } else if (value > greatest[row]!) {
          greatest[row] = value;
          places[row] = place;
        }
      }
    }
  }
  return places;
}

/** Declared values that mean "missing", as those of the tensor are once they are rounded. */
function missingOf({ missing }: ClassScore, type: ElementType): readonly number[] {
  if (missing.length === 0) return [];
  return missing.filter((value) => typeof value === 'number').map((value) => roundToElementType(type, value));
}
