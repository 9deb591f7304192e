import { BLOCK_ROWS, checkColumn, type NumericData, readColumn } from './column.ts';
import type { ElementType } from './element-type.ts';
import { float16FromBits } from './float16.ts';
import type { CategoriesLayout } from './layout.ts';
import { OTHER_CATEGORY } from './names.ts';
import type { CategoricalProfile } from './profile.ts';
import { validateLayout } from './validate-layout.ts';

/** How the values of a categorical field are read. */
export interface CategoricalAccumulatorOptions {
  /** Most distinct texts; new ones beyond it count under `OTHER_CATEGORY`. Those of the layout always count. Default 1000. */
  readonly maxCategories?: number;
  /** Texts that mean "missing". Default none: the empty text is a category of its own. */
  readonly missing?: readonly string[];
  /** `bool` reads 0 and 1 as `false` and `true`; `float16` reads a `Uint16Array` as float16 bits. Default: as they are. */
  readonly elementType?: ElementType;
}

/** Data of a categorical tensor or column, row-major. null and undefined are missing. */
export type CategoricalData = NumericData | readonly (string | number | boolean | null | undefined)[];

/** Profiles a categorical field. Numbers become text: integral ones decimal (`42`), others as `String` does. NaN is missing, infinities are invalid. */
export interface CategoricalAccumulator {
  add(text: string): void;
  addNumber(value: number): void;
  /** Counts rows without a value. Default 1. */
  addMissing(rows?: number): void;
  /** Counts rows whose value cannot be used. Default 1. */
  addInvalid(rows?: number): void;
  /** Adds the elements `start, start + stride, ...` of `rowCount` rows. Throws RangeError where the data end before. */
  addColumn(data: CategoricalData, start: number, stride: number, rowCount: number): void;
  /** The profile so far, independent of what is added later. */
  snapshot(): CategoricalProfile;
  /** The profile so far; the accumulator starts again at none. */
  take(): CategoricalProfile;
}

const DEFAULT_MAX_CATEGORIES = 1000;

/**
 * Makes an empty accumulator. Without a layout no category is known beforehand.
 *
 * @throws LayoutError `repeated-category`.
 */
export function createCategoricalAccumulator(
  layout?: CategoriesLayout,
  options: CategoricalAccumulatorOptions = {},
): CategoricalAccumulator {
  if (layout) validateLayout(layout);
  return new MapAccumulator(layout?.categories ?? [], options);
}

/** Filled and counted within one call. */
const block = new Float64Array(BLOCK_ROWS);

class MapAccumulator implements CategoricalAccumulator {
  readonly #known: ReadonlySet<string>;
  readonly #declaredMissing: ReadonlySet<string>;
  readonly #maxCategories: number;
  readonly #type: ElementType | undefined;
  #counts = new Map<string, number>();
  /** Distinct texts that are neither known nor `OTHER_CATEGORY`. */
  #unknown = 0;
  #missing = 0;
  #invalid = 0;
  #count = 0;

  constructor(known: readonly string[], options: CategoricalAccumulatorOptions) {
    this.#known = new Set(known);
    this.#declaredMissing = new Set(options.missing);
    this.#maxCategories = options.maxCategories ?? DEFAULT_MAX_CATEGORIES;
    this.#type = options.elementType;
  }

  add(text: string): void {
    const count = this.#counts.get(text);
    if (count !== undefined) {
      this.#counts.set(text, count + 1);
      this.#count++;
    } else this.#addNew(text);
  }

  #addNew(text: string): void {
    if (this.#declaredMissing.has(text)) {
      this.#missing++;
      return;
    }
    this.#count++;
    if (this.#known.has(text) || text === OTHER_CATEGORY) this.#counts.set(text, 1);
    else if (this.#known.size + this.#unknown < this.#maxCategories) {
      this.#unknown++;
      this.#counts.set(text, 1);
    } else this.#counts.set(OTHER_CATEGORY, (this.#counts.get(OTHER_CATEGORY) ?? 0) + 1);
  }

  addNumber(value: number): void {
    if (Number.isFinite(value)) this.add(decimalText(value));
    else if (Number.isNaN(value)) this.#missing++;
    else this.#invalid++;
  }

  addMissing(rows = 1): void {
    this.#missing += rows;
  }

  addInvalid(rows = 1): void {
    this.#invalid += rows;
  }

  addColumn(data: CategoricalData, start: number, stride: number, rowCount: number): void {
    checkColumn(data.length, start, stride, rowCount);
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      this.#addIntegers(data, start, stride, rowCount);
      return;
    }
    const isFloat16Bits = this.#type === 'float16' && data instanceof Uint16Array;
    for (let i = 0, at = start; i < rowCount; i++, at += stride) {
      const element = data[at];
      if (typeof element === 'number') this.#addElement(isFloat16Bits ? float16FromBits(element) : element);
      else if (element === null || element === undefined) this.#missing++;
      else this.add(String(element));
    }
  }

  /** Makes a BigInt only of the integers that a double does not hold. */
  #addIntegers(data: BigInt64Array | BigUint64Array, start: number, stride: number, rowCount: number): void {
    for (let row = 0; row < rowCount; row += BLOCK_ROWS) {
      const first = start + row * stride;
      const length = Math.min(BLOCK_ROWS, rowCount - row);
      readColumn(data, 'int64', first, stride, length, block);
      for (let i = 0; i < length; i++) {
        const value = block[i] as number;
        if (Number.isSafeInteger(value)) this.#addElement(value);
        else this.add(String(data[first + i * stride]));
      }
    }
  }

  #addElement(value: number): void {
    if (this.#type === 'bool' && !Number.isNaN(value)) this.add(value === 0 ? 'false' : 'true');
    else this.addNumber(value);
  }

  snapshot(): CategoricalProfile {
    return {
      kind: 'categorical',
      rows: this.#missing + this.#invalid + this.#count,
      missing: this.#missing,
      invalid: this.#invalid,
      counts: new Map(this.#counts),
    };
  }

  take(): CategoricalProfile {
    const profile = this.snapshot();
    this.#counts = new Map();
    this.#unknown = 0;
    this.#missing = 0;
    this.#invalid = 0;
    this.#count = 0;
    return profile;
  }
}

/** Integral numbers as all their decimal digits (1e21 too, where `String` switches to an exponent); -0 is 0. */
function decimalText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value);
}
