import { OTHER_CATEGORY } from '../profile/index.ts';
import type { ClassScore } from './class-scores.ts';

/** Most classes that rows are counted by; the rest is `__other__`. */
const MAX_CLASSES = 64;
/** Most series of one model and segment that splitting by class adds: with more than 128 class scores fewer classes have their own. */
const MAX_SPLIT_SERIES = 8192;
/** The collector takes no longer attribute. */
const MAX_LABEL_LENGTH = 512;

/** Slot of rows of which no predicted class is known. */
export const NO_CLASS = -1;

/** Numbers the classes of one model from 0, at most 64: the declared ones first, so that every process counts the same; then others as they come. */
export class ClassSlots {
  readonly #slots = new Map<string, number>();
  readonly #labels: string[] = [];
  readonly #most: number;

  constructor(scores: readonly ClassScore[]) {
    this.#most = Math.min(MAX_CLASSES, Math.floor(MAX_SPLIT_SERIES / Math.max(1, scores.length)));
    for (const { predictionLabel } of scores) this.slotOf(predictionLabel);
  }

  /** How many slots there are: those of classes, and the one of `__other__` after them. */
  get size(): number {
    return this.#most + 1;
  }

  /** The slot of a class; that of `__other__` where there are too many, or its name is too long. */
  slotOf(label: string): number {
    const known = this.#slots.get(label);
    if (known !== undefined) return known;
    if (label.length > MAX_LABEL_LENGTH || label === OTHER_CATEGORY) return this.#most;
    // Half characters are all the same on the wire: two series of one name would be one.
    const sent = label.toWellFormed();
    if (sent !== label) return this.slotOf(sent);
    if (this.#labels.length >= this.#most) return this.#most;
    this.#slots.set(label, this.#labels.length);
    return this.#labels.push(label) - 1;
  }

  /** What stands for a slot on the wire. */
  labelOf(slot: number): string {
    return this.#labels[slot] ?? OTHER_CATEGORY;
  }
}
