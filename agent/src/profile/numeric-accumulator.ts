import { BLOCK_ROWS, checkColumn, isReadInPlace, type NumericData, readColumn } from './column.ts';
import { EdgesCounter } from './edges-counter.ts';
import { type ElementType, roundToElementType } from './element-type.ts';
import { ExponentialCounter } from './exponential-counter.ts';
import type { NumericLayout } from './layout.ts';
import type { NumericProfile } from './profile.ts';
import { validateLayout } from './validate-layout.ts';

/** How the values of a numeric field are read. */
export interface NumericAccumulatorOptions {
  /** Values are rounded to this type before they are counted. Default `float64`. */
  readonly elementType?: ElementType;
  /** Values that mean "missing", such as -999; they too are rounded to the element type. Default none. */
  readonly missing?: readonly number[];
}

/**
 * Profiles a numeric field, row by row or column by column. NaN and declared missing values are missing, infinities are
 * invalid (also those that rounding to the element type makes), -0 is 0.
 */
export interface NumericAccumulator {
  add(value: number): void;
  /** Counts rows without a value (null, undefined, an empty cell). Default 1. */
  addMissing(rows?: number): void;
  /** Counts rows whose value cannot be used (text in a numeric field). Default 1. */
  addInvalid(rows?: number): void;
  /** Adds the elements `start, start + stride, ...` of `rowCount` rows. Throws RangeError where the data end before. */
  addColumn(data: NumericData, start: number, stride: number, rowCount: number): void;
  /** The profile so far, independent of what is added later. */
  snapshot(): NumericProfile;
  /** The profile so far; the accumulator starts again at none. */
  take(): NumericProfile;
}

/**
 * Makes an empty accumulator.
 *
 * @throws LayoutError for a layout that cannot be used.
 */
export function createNumericAccumulator(
  layout: NumericLayout,
  options: NumericAccumulatorOptions = {},
): NumericAccumulator {
  validateLayout(layout);
  return new CountingAccumulator(layout, options.elementType ?? 'float64', options.missing ?? []);
}

/** Every accumulator fills and counts it within one call, so all can share it. */
const block = new Float64Array(BLOCK_ROWS);

class CountingAccumulator implements NumericAccumulator {
  readonly #type: ElementType;
  readonly #declaredMissing: readonly number[];
  readonly #hasDeclared: boolean;
  readonly #counter: EdgesCounter | ExponentialCounter;
  #missing = 0;
  #invalid = 0;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  constructor(layout: NumericLayout, type: ElementType, missing: readonly number[]) {
    this.#type = type;
    this.#declaredMissing = missing.map((value) => roundToElementType(type, value));
    this.#hasDeclared = missing.length > 0;
    this.#counter = layout.kind === 'edges' ? new EdgesCounter(layout) : new ExponentialCounter(layout);
  }

  add(value: number): void {
    block[0] = roundToElementType(this.#type, value);
    this.#addValues(block, 0, 1, 1);
  }

  addMissing(rows = 1): void {
    this.#missing += rows;
  }

  addInvalid(rows = 1): void {
    this.#invalid += rows;
  }

  addColumn(data: NumericData, start: number, stride: number, rowCount: number): void {
    checkColumn(data.length, start, stride, rowCount);
    if (isReadInPlace(data, this.#type)) {
      this.#addValues(data, start, stride, rowCount);
      return;
    }
    for (let row = 0; row < rowCount; row += BLOCK_ROWS) {
      const length = Math.min(BLOCK_ROWS, rowCount - row);
      readColumn(data, this.#type, start + row * stride, stride, length, block);
      this.#addValues(block, 0, 1, length);
    }
  }

  /** Adds values that are already of the element type. */
  #addValues(data: Float32Array | Float64Array, start: number, stride: number, length: number): void {
    const counter = this.#counter;
    const declared = this.#hasDeclared;
    let aside = 0;
    let sum = 0;
    let min = this.#min;
    let max = this.#max;
    for (let i = 0, at = start; i < length; i++, at += stride) {
      const value = (data[at] as number) + 0; // -0 becomes 0
      // Infinity - Infinity and NaN - NaN are not 0.
      if (value - value !== 0 || (declared && this.#declaredMissing.includes(value))) {
        this.#setAside(value);
        aside++;
        continue;
      }
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      counter.count(value);
    }
    this.#count += length - aside;
    this.#sum += sum;
    this.#min = min;
    this.#max = max;
  }

  #setAside(value: number): void {
    if (Number.isNaN(value) || this.#declaredMissing.includes(value)) this.#missing++;
    else this.#invalid++;
  }

  snapshot(): NumericProfile {
    return {
      kind: 'numeric',
      rows: this.#missing + this.#invalid + this.#count,
      missing: this.#missing,
      invalid: this.#invalid,
      moments: { count: this.#count, sum: this.#sum, min: this.#min, max: this.#max },
      histogram: this.#counter.snapshot(),
    };
  }

  take(): NumericProfile {
    const profile = this.snapshot();
    this.#missing = 0;
    this.#invalid = 0;
    this.#count = 0;
    this.#sum = 0;
    this.#min = Infinity;
    this.#max = -Infinity;
    this.#counter.reset();
    return profile;
  }
}
