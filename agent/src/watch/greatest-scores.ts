import { BLOCK_ROWS, isReadInPlace, readColumn } from '../profile/column.ts';
import { type ElementType, roundToElementType } from '../profile/index.ts';
import type { ClassScore } from './class-scores.ts';
import { columnOf, type Outputs, type OutputTensor, readOutput } from './output-column.ts';

/** Filled and read within one call. */
const block = new Float64Array(BLOCK_ROWS);
const NONE_MISSING: readonly number[] = [];

/**
 * Which of the scores is the greatest of each row, by its place; the first of equal ones. -1 for rows where one is missing, NaN or
 * infinite. Undefined where not all of the scores are among the outputs as numbers.
 */
export function findGreatest(scores: readonly ClassScore[], outputs: Outputs, rows: number): Int32Array | undefined {
  const greatest = new GreatestScores(rows);
  let read: OutputTensor | undefined;
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place]!;
    // Most often all scores are columns of one tensor.
    if (score.tensor !== scores[place - 1]?.tensor) read = readOutput(outputs, score.tensor, rows);
    const column = read && columnOf(score, read);
    if (read === undefined || column === undefined || !ArrayBuffer.isView(read.data)) return undefined;
    const { data, width } = read;
    const type = read.type === 'float16' ? read.type : score.elementType;
    const missing = missingOf(score, type);
    if (isReadInPlace(data, type)) {
      greatest.compare(place, missing, 0, rows, data, column, width);
      continue;
    }
    for (let row = 0; row < rows; row += BLOCK_ROWS) {
      const length = Math.min(BLOCK_ROWS, rows - row);
      readColumn(data, type, row * width + column, width, length, block);
      greatest.compare(place, missing, row, length, block, 0, 1);
    }
  }
  return greatest.places;
}

/** The greatest score of each row so far. */
class GreatestScores {
  readonly places: Int32Array;
  readonly #values: Float64Array;

  constructor(rows: number) {
    this.places = new Int32Array(rows);
    this.#values = new Float64Array(rows).fill(-Infinity);
  }

  /** Compares one score of some rows: those from `firstRow`, whose values are the elements `start, start + stride, ...`. */
  compare(
    place: number,
    missing: readonly number[],
    firstRow: number,
    rows: number,
    data: Float32Array | Float64Array,
    start: number,
    stride: number,
  ): void {
    const values = this.#values;
    const places = this.places;
    const hasMissing = missing.length > 0;
    for (let row = firstRow, at = start; row < firstRow + rows; row++, at += stride) {
      const value = data[at]!;
      // Infinity - Infinity and NaN - NaN are not 0.
      if (value - value !== 0 || (hasMissing && missing.includes(value))) {
        // No score is greater than that, so the row stays without.
        values[row] = Infinity;
        places[row] = -1;
      } else if (value > values[row]!) {
        values[row] = value;
        places[row] = place;
      }
    }
  }
}

/** Declared values that mean "missing", as those of the tensor are once they are rounded. */
function missingOf({ missing }: ClassScore, type: ElementType): readonly number[] {
  if (missing.length === 0) return NONE_MISSING;
  return missing.filter((value) => typeof value === 'number').map((value) => roundToElementType(type, value));
}
