import { arrowError } from './arrow-error.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A table of a flatbuffer. Every read is checked: what lies outside the bytes throws a RangeError or `PRUMO_ARROW_MALFORMED`. */
export class FlatTable {
  readonly #view: DataView;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  private constructor(view: DataView, position: number) {
    this.#view = view;
    this.#position = position;
    this.#vtable = position - view.getInt32(position, true);
    this.#vtableBytes = view.getUint16(this.#vtable, true);
  }

  /** The table that a buffer begins with a reference to. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  uint8(field: number, fallback: number): number {
    const at = this.#place(field);
    return at === 0 ? fallback : this.#view.getUint8(at);
  }

  int16(field: number, fallback: number): number {
    const at = this.#place(field);
    return at === 0 ? fallback : this.#view.getInt16(at, true);
  }

  int32(field: number, fallback: number): number {
    const at = this.#place(field);
    return at === 0 ? fallback : this.#view.getInt32(at, true);
  }

  /** A 64-bit count or position: a whole number from 0 on that a double holds. */
  size(field: number): number {
    const at = this.#place(field);
    return at === 0 ? 0 : readSize(this.#view, at);
  }

  text(field: number): string {
    const at = this.#place(field);
    return at === 0 ? '' : this.#readText(at);
  }

  table(field: number): FlatTable | undefined {
    const at = this.#place(field);
    return at === 0 ? undefined : this.#follow(at);
  }

  tables(field: number, maxLength: number): FlatTable[] {
    const { start, length } = this.#vector(field, 4, maxLength);
    return Array.from({ length }, (_, i) => this.#follow(start + 4 * i));
  }

  /** Pairs of 64-bit sizes, 16 bytes each. */
  sizePairs(field: number, maxLength: number): (readonly [number, number])[] {
    const { start, length } = this.#vector(field, 16, maxLength);
    return Array.from({ length }, (_, i) => {
      const at = start + 16 * i;
      return [readSize(this.#view, at), readSize(this.#view, at + 8)] as const;
    });
  }

  #place(field: number): number {
    if (field + 2 > this.#vtableBytes) return 0;
    const offset = this.#view.getUint16(this.#vtable + field, true);
    return offset === 0 ? 0 : this.#position + offset;
  }

  #follow(at: number): FlatTable {
    return new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  #readText(at: number): string {
    const start = at + this.#view.getUint32(at, true);
    const length = this.#view.getUint32(start, true);
    // Fails where it does not lie within the buffer.
    return decoder.decode(new Uint8Array(this.#view.buffer, this.#inside(start + 4, length), length));
  }

  #vector(field: number, strideBytes: number, maxLength: number): { start: number; length: number } {
    const at = this.#place(field);
    if (at === 0) return { start: 0, length: 0 };
    const base = at + this.#view.getUint32(at, true);
    const length = this.#view.getUint32(base, true);
    if (length > maxLength)
      throw arrowError(`a list of ${length} in the schema or a batch; at most ${maxLength} are read`);
    this.#inside(base + 4, length * strideBytes);
    return { start: base + 4, length };
  }

  /** Position in the whole buffer of bytes that lie within the view. */
  #inside(start: number, length: number): number {
    if (start + length > this.#view.byteLength) throw arrowError('a list or text ends behind its message');
    return this.#view.byteOffset + start;
  }
}

function readSize(view: DataView, at: number): number {
  const value = view.getBigInt64(at, true);
  if (value < 0n || value > 2n ** 53n) throw arrowError(`a size of ${value}`);
  return Number(value);
}
