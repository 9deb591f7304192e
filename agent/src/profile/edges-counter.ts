import type { EdgesLookup } from './edges-lookup.ts';
import type { EdgesLayout } from './layout.ts';
import type { EdgesHistogram } from './profile.ts';
import { buildEdgesLookup } from './edges-lookup.ts';

/** Counts finite values per cell of an edges layout. */
export class EdgesCounter {
  readonly #layout: EdgesLayout;
  readonly #lookup: EdgesLookup;
  readonly #counts: Float64Array;

  constructor(layout: EdgesLayout) {
    this.#layout = layout;
    this.#lookup = buildEdgesLookup(layout.bounds);
    this.#counts = new Float64Array(layout.bounds.length + 1);
  }

  /** Counts the first `length` values. */
  addBlock(values: Float64Array, length: number): void {
    this.#lookup.countBlock(values, length, this.#counts);
  }

  snapshot(): EdgesHistogram {
    return { layout: this.#layout, counts: this.#counts.slice() };
  }

  reset(): void {
    this.#counts.fill(0);
  }
}
