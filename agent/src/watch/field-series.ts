import type { Attributes } from '@opentelemetry/api';
import type { DropCounter } from '../export/drop-counter.ts';
import type { FieldLayout } from '../export/layouts-answer.ts';
import {
  ATTRIBUTE,
  type CategoricalAccumulator,
  createCategoricalAccumulator,
  createNumericAccumulator,
  defaultExponentialLayout,
  type ElementType,
  type NumericAccumulator,
  type NumericData,
  OTHER_CATEGORY,
  type Profile,
} from '../profile/index.ts';
import { isNumericType } from './tensor.ts';

/** Most distinct categories of one field in one interval. */
const MAX_CATEGORIES = 1000;
/** Longer texts count under `OTHER_CATEGORY`: a thousand of them would be memory, and the collector takes none. */
const MAX_CATEGORY_LENGTH = 512;

/** What identifies a field, and how it is profiled. */
export interface FieldPlan {
  readonly name: string;
  readonly role: 'input' | 'output';
  /** Type of the tensor's elements. */
  readonly type: ElementType;
  /** What the registry says of it, where it does. */
  readonly declared: FieldLayout | undefined;
  /** Class that was predicted for the rows; undefined where rows are not told apart by it. */
  readonly predictedClass?: string;
}

/** What one field counted, on its way to points. */
export interface TakenProfile {
  readonly profile: Profile;
  /** Those of the field alone. */
  readonly attributes: Attributes;
  readonly layoutHash: string | undefined;
}

/** One field in one segment: adds columns, gives profiles. */
export interface FieldSeries {
  addColumn(data: NumericData | readonly string[], start: number, stride: number, rows: number): void;
  /** A number made from a row, such as its norm. */
  addNumber(value: number): void;
  /** The rows since the last call; undefined where there were none. */
  take(): TakenProfile | undefined;
}

export function createFieldSeries(plan: FieldPlan, dropped: DropCounter): FieldSeries {
  const isNumeric = plan.declared === undefined ? isNumericType(plan.type) : plan.declared.type === 'numeric';
  return isNumeric ? new NumericSeries(plan) : new CategoricalSeries(plan, dropped);
}

class NumericSeries implements FieldSeries {
  readonly #attributes: Attributes;
  readonly #accumulator: NumericAccumulator;
  readonly #layoutHash: string | undefined;

  constructor(plan: FieldPlan) {
    const { declared, type } = plan;
    const layout = declared?.layout?.bins.kind === 'edges' ? declared.layout.bins : undefined;
    this.#attributes = attributesOf(plan);
    this.#layoutHash = layout && declared?.layout?.hash;
    this.#accumulator = createNumericAccumulator(layout ?? defaultExponentialLayout, {
      // Bits of float16 are read as such, whatever was declared.
      elementType: type === 'float16' ? type : (declared?.elementType ?? type),
      missing: (declared?.missing ?? []).filter((value) => typeof value === 'number'),
    });
  }

  addColumn(data: NumericData | readonly string[], start: number, stride: number, rows: number): void {
    if (ArrayBuffer.isView(data)) this.#accumulator.addColumn(data, start, stride, rows);
    else this.#accumulator.addInvalid(rows);
  }

  addNumber(value: number): void {
    this.#accumulator.add(value);
  }

  take(): TakenProfile | undefined {
    const profile = this.#accumulator.take();
    if (profile.rows === 0) return undefined;
    return { profile, attributes: this.#attributes, layoutHash: this.#layoutHash };
  }
}

class CategoricalSeries implements FieldSeries {
  readonly #attributes: Attributes;
  readonly #accumulator: CategoricalAccumulator;
  readonly #dropped: DropCounter;

  constructor(plan: FieldPlan, dropped: DropCounter) {
    const { declared, type } = plan;
    this.#attributes = attributesOf(plan);
    this.#dropped = dropped;
    this.#accumulator = createCategoricalAccumulator(
      declared?.layout?.bins.kind === 'categories' ? declared.layout.bins : undefined,
      { maxCategories: MAX_CATEGORIES, missing: (declared?.missing ?? []).map(String), elementType: type },
    );
  }

  addColumn(data: NumericData | readonly string[], start: number, stride: number, rows: number): void {
    if (ArrayBuffer.isView(data)) this.#accumulator.addColumn(data, start, stride, rows);
    else this.#addTexts(data, start, stride, rows);
  }

  #addTexts(texts: readonly (string | null | undefined)[], start: number, stride: number, rows: number): void {
    for (let row = 0, at = start; row < rows; row++, at += stride) {
      const text = texts[at];
      if (typeof text !== 'string') this.#accumulator.addMissing();
      else if (text.length <= MAX_CATEGORY_LENGTH) this.#accumulator.add(text);
      else {
        this.#accumulator.add(OTHER_CATEGORY);
        this.#dropped.add('long_category');
      }
    }
  }

  addNumber(value: number): void {
    this.#accumulator.addNumber(value);
  }

  take(): TakenProfile | undefined {
    const profile = this.#accumulator.take();
    if (profile.rows === 0) return undefined;
    return { profile, attributes: this.#attributes, layoutHash: undefined };
  }
}

function attributesOf({ name, role, predictedClass }: FieldPlan): Attributes {
  const own = { [ATTRIBUTE.fieldName]: name, [ATTRIBUTE.fieldRole]: role };
  return predictedClass === undefined ? own : { ...own, [ATTRIBUTE.predictionLabel]: predictedClass };
}
