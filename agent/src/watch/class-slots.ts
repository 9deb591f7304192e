import { canonicalLabel, OTHER_CATEGORY } from '../profile/index.ts';
import type { ClassScore } from './class-scores.ts';

/** Most classes that rows are counted by, as in the backfill of files; the others are `__other__`. */
const MAX_CLASSES = 64;
/** Most series of one model and segment that splitting by class adds: with more than 128 class scores fewer classes have their own. */
const MAX_SPLIT_SERIES = 8192;
/** The collector takes no longer attribute. */
export const MAX_LABEL_LENGTH = 512;

/** Slot of rows of which no predicted class is known. */
export const NO_CLASS = -1;

/** Numbers the first 64 classes that have a score from 0, by their canonical labels. */
export class ClassSlots {
  readonly #slots = new Map<string, number>();
  readonly #labels: readonly string[];

  constructor(scores: readonly ClassScore[]) {
    const most = Math.min(MAX_CLASSES, Math.floor(MAX_SPLIT_SERIES / Math.max(1, scores.length)));
    for (const { predictionLabel } of scores) {
      const label = keyOf(predictionLabel);
      if (this.#slots.size === most) break;
      if (isSendable(label) && !this.#slots.has(label)) this.#slots.set(label, this.#slots.size);
    }
    this.#labels = [...this.#slots.keys()];
  }

  /** How many slots there are: those of classes, and the one of `__other__` after them. */
  get size(): number {
    return this.#labels.length + 1;
  }

  /** The slot of a class: that of `__other__` where it has none of its own, `NO_CLASS` for a text of nothing. */
  slotOf(label: string): number {
    if (label.length > MAX_LABEL_LENGTH) return this.#labels.length;
    const key = keyOf(label);
    return key === '' ? NO_CLASS : (this.#slots.get(key) ?? this.#labels.length);
  }

  /** What stands for a slot on the wire. */
  labelOf(slot: number): string {
    return this.#labels[slot] ?? OTHER_CATEGORY;
  }
}

/** Half characters are all the same on the wire: labels that differ in them would be two series of one name. */
function keyOf(label: string): string {
  return canonicalLabel(label).toWellFormed();
}

function isSendable(label: string): boolean {
  return label !== '' && label !== OTHER_CATEGORY && label.length <= MAX_LABEL_LENGTH;
}
