/** How the values of a column are kept: bool as 0 and 1; integer as numbers, and as text where a double cannot hold them. */
export type ColumnKind = 'number' | 'integer' | 'bool' | 'text';

/** A value of a row; none is NaN in columns of numbers and bools, null in columns of text. */
export type RowValue = number | string | null;

/** What a column holds. */
export interface ColumnPlan {
  /** In the Arrow schema: `output.decision`. */
  readonly name: string;
  readonly kind: ColumnKind;
  /** Whether a keyed hash is sent in place of each value. */
  readonly isHashed: boolean;
}

/** The values of one field or segment key. */
export interface RowColumn extends Pick<ColumnPlan, 'kind' | 'isHashed'> {
  readonly values: RowValue[];
}

/** Which version made the rows. */
export interface RowIdentity {
  readonly model: string;
  readonly version: string | undefined;
  readonly sha256: string | undefined;
}

/** What makes rows. */
export interface RowSource {
  /** Undefined as long as the ONNX file is being hashed. */
  identity(): RowIdentity | undefined;
}

const MAX_ROWS = 1000;
const MAX_BYTES = 256 * 1024;
const NUMBER_BYTES = 8;
const TEXT_BYTES = 24;

/** Rows that are sent together: first open and growing, then closed, then encoded, once: what is sent again is the same. */
export class PredictionBatch {
  readonly source: RowSource;
  /** Monotonic time of its making. */
  readonly madeAtMs: number;
  readonly ids: string[] = [];
  /** Ms since 1970. */
  readonly timesMs: number[] = [];
  /** NaN where there is none. */
  readonly scores: number[] = [];
  /** By name in the Arrow schema: `output.decision`. */
  readonly columns = new Map<string, RowColumn>();
  #rowCount = 0;
  #sizeBytes = 0;
  #isOpen = true;
  #encoded: Uint8Array | undefined;

  constructor(source: RowSource, madeAtMs: number) {
    this.source = source;
    this.madeAtMs = madeAtMs;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Estimated before the rows are encoded. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get encoded(): Uint8Array | undefined {
    return this.#encoded;
  }

  get isFull(): boolean {
    return this.#rowCount >= MAX_ROWS || this.#sizeBytes >= MAX_BYTES;
  }

  /** How many rows of so many values may still come, at least one. */
  roomFor(valuesPerRow: number): number {
    const rowBytes = TEXT_BYTES + NUMBER_BYTES * (2 + valuesPerRow);
    return Math.max(Math.min(MAX_ROWS - this.#rowCount, Math.ceil((MAX_BYTES - this.#sizeBytes) / rowBytes)), 1);
  }

  /** Whether the column of that name, if there is one, holds such values. */
  takes({ name, kind, isHashed }: ColumnPlan): boolean {
    const known = this.columns.get(name);
    return known === undefined || (known.kind === kind && known.isHashed === isHashed);
  }

  /** The column of a name, made where there is none, with a value for each row so far. */
  column({ name, kind, isHashed }: ColumnPlan): RowColumn {
    const column = this.columns.get(name) ?? { kind, isHashed, values: [] };
    this.columns.set(name, column);
    fill(column, this.#rowCount);
    return column;
  }

  /** The rows that were written behind the last one now belong to the batch. */
  addRows(count: number): void {
    for (const column of this.columns.values()) {
      fill(column, this.#rowCount + count);
      this.#sizeBytes += sizeOf(column, this.#rowCount, this.#rowCount + count);
    }
    for (let row = this.#rowCount; row < this.#rowCount + count; row++) {
      this.#sizeBytes += TEXT_BYTES + this.ids[row]!.length + 2 * NUMBER_BYTES;
    }
    this.#rowCount += count;
  }

  /** No more rows. */
  close(): void {
    this.#isOpen = false;
  }

  /** Keeps what is sent in place of the rows. */
  encode(bytes: Uint8Array): void {
    this.#encoded = bytes;
    this.#sizeBytes = bytes.length;
    this.columns.clear();
    for (const values of [this.ids, this.timesMs, this.scores]) values.length = 0;
  }
}

function fill({ kind, values }: RowColumn, length: number): void {
  const none = kind === 'text' ? null : NaN;
  while (values.length < length) values.push(none);
}

function sizeOf({ values }: RowColumn, from: number, to: number): number {
  let sizeBytes = 0;
  for (let row = from; row < to; row++) {
    const value = values[row];
    sizeBytes += typeof value === 'string' ? TEXT_BYTES + value.length : NUMBER_BYTES;
  }
  return sizeBytes;
}
