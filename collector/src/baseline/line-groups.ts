/** Some lines of NDJSON, to be sent together. */
export interface LineBody {
  readonly text: string;
  readonly rows: number;
}

interface Group {
  lines: string[];
  characters: number;
}

/** A body is full at so many rows or characters. */
const BODY_ROWS = 20_000;
const BODY_CHARACTERS = 4_000_000;
/** Groups that are not full are given out too when all together hold this much. */
const HELD_CHARACTERS = 64_000_000;

/** Gathers lines in groups, so that a body holds lines of one group only; what is held is bounded. */
export class LineGroups {
  readonly #groups = new Map<number, Group>();
  #held = 0;

  /** Adds a line; gives the bodies that are to be sent now. */
  *add(key: number, line: string): Generator<LineBody> {
    const group = this.#groups.get(key) ?? { lines: [], characters: 0 };
    this.#groups.set(key, group);
    group.lines.push(line);
    group.characters += line.length;
    this.#held += line.length;
    if (group.lines.length >= BODY_ROWS || group.characters >= BODY_CHARACTERS) yield* this.end(key);
    if (this.#held >= HELD_CHARACTERS) yield* this.endAll();
  }

  /** Gives out what a group holds. */
  *end(key: number): Generator<LineBody> {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    this.#groups.delete(key);
    this.#held -= group.characters;
    yield { text: group.lines.join('\n'), rows: group.lines.length };
  }

  *endAll(): Generator<LineBody> {
    for (const key of [...this.#groups.keys()]) yield* this.end(key);
  }

  /** Groups that hold lines. */
  keys(): readonly number[] {
    return [...this.#groups.keys()];
  }
}
