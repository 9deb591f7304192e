import type { FieldLayout, VersionLayouts } from '../export/layouts-answer.ts';
import { float16FromBits } from '../profile/float16.ts';
import { type ClassScore, classScoresOf } from './class-scores.ts';
import { ClassSlots, MAX_LABEL_LENGTH, NO_CLASS } from './class-slots.ts';
import { findGreatest } from './greatest-scores.ts';
import { columnOf, type Outputs, readOutput } from './output-column.ts';
import { RowsByClass } from './rows-by-class.ts';

/** Most values of the output that names the class whose slots are remembered. */
const MAX_REMEMBERED = 1024;

/** Tells which class a multiclass model predicted for each row, under one set of layouts. */
export class PredictedClasses {
  readonly #scores: readonly ClassScore[];
  readonly #decision: FieldLayout | undefined;
  readonly #missing: ReadonlySet<string>;
  readonly #slots: ClassSlots;
  readonly #slotOfScore: readonly number[];
  /** Slots by value of the decision, as it is in the tensor. */
  readonly #remembered = new Map<unknown, number>();

  private constructor(scores: readonly ClassScore[], decision: FieldLayout | undefined) {
    this.#scores = scores;
    this.#decision = decision;
    this.#missing = new Set(decision?.missing.map(String));
    this.#slots = new ClassSlots(scores);
    this.#slotOfScore = scores.map(({ predictionLabel }) => this.#slots.slotOf(predictionLabel));
  }

  /** Undefined where the layouts show no multiclass model. */
  static of(layouts: VersionLayouts | undefined): PredictedClasses | undefined {
    const { scores, decision } = classScoresOf(layouts);
    return scores.length === 0 ? undefined : new PredictedClasses(scores, decision);
  }

  /** What stands for the class of a slot on the wire. */
  labelOf(slot: number): string {
    return this.#slots.labelOf(slot);
  }

  /**
   * The rows of a run by predicted class: the value of the output with `role: label`; where the run has none, the class with the
   * greatest score, the first of equal ones. Undefined where that cannot be told of any row. Never throws.
   */
  split(outputs: Outputs, rows: number): RowsByClass | undefined {
    try {
      const slots = this.#readDecision(outputs, rows) ?? this.#findGreatest(outputs, rows);
      return slots && new RowsByClass(slots, this.#slots.size);
    } catch {
      // Whoever profiles the tensor finds it unreadable too, and counts it.
      return undefined;
    }
  }

  #readDecision(outputs: Outputs, rows: number): Int32Array | undefined {
    const decision = this.#decision;
    const read = decision && readOutput(outputs, decision.tensor, rows);
    const column = read && columnOf(decision, read);
    if (read === undefined || column === undefined) return undefined;
    const { data, type, width } = read;
    const isFloat16Bits = type === 'float16' && data instanceof Uint16Array;
    const slots = new Int32Array(rows);
    for (let row = 0, at = column; row < rows; row++, at += width) {
      const value: unknown = isFloat16Bits ? float16FromBits(data[at] as number) : data[at];
      slots[row] = this.#remembered.get(value) ?? this.#slotOfLabel(value, type);
    }
    return slots;
  }

  #slotOfLabel(value: unknown, type: string): number {
    const text = textOf(value, type);
    const slot = this.#missing.has(text) ? NO_CLASS : this.#slots.slotOf(text);
    if (this.#remembered.size < MAX_REMEMBERED && text.length <= MAX_LABEL_LENGTH) this.#remembered.set(value, slot);
    return slot;
  }

  #findGreatest(outputs: Outputs, rows: number): Int32Array | undefined {
    const found = findGreatest(this.#scores, outputs, rows);
    if (found === undefined) return undefined;
    // Places of scores become slots of their classes.
    for (let row = 0; row < rows; row++) found[row] = this.#slotOfScore[found[row]!] ?? NO_CLASS;
    return found;
  }
}

/** A label as the field of the output counts it; empty where it is missing. */
function textOf(value: unknown, type: string): string {
  if (typeof value === 'string' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return '';
  return type === 'bool' ? String(value !== 0) : String(value);
}
