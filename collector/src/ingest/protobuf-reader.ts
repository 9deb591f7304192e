import { decodeText } from './decode-text.ts';

/** Wire types of the protobuf encoding. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Bytes that are no protobuf message: cut short, an impossible tag, nested too deep. */
export class MalformedProtobuf extends Error {
  override readonly name = 'MalformedProtobuf';
}

const TWO_32 = 0x1_0000_0000;

/**
 * Reads protobuf fields from bytes, in place: nothing is copied but what is asked for.
 *
 * Every read is checked against the end of the message in hand and throws `MalformedProtobuf` beyond it;
 * messages nest `maxDepth` deep at most (default 32).
 *
 * ```ts
 * while (reader.more()) {
 *   const tag = reader.tag();
 *   if (tag === ((1 << 3) | WIRE.bytes)) { const outer = reader.enter(); ...; reader.leave(outer); }
 *   else reader.skip(tag);
 * }
 * ```
 */
export class ProtobufReader {
  /** Offset of the next byte. */
  position: number;
  /** Whether a packed number did not fit in 32 bits; to be set to false by who asks. */
  overflowed = false;
  private end: number;
  private depth = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly maxDepth: number;

  constructor(bytes: Uint8Array, options: { readonly maxDepth?: number } = {}) {
    // Views of a Buffer are Buffers, which are made slowly: a plain array makes plain views.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = 0;
    this.end = bytes.byteLength;
    this.maxDepth = options.maxDepth ?? 32;
  }

  /** Whether the message in hand has more fields. */
  more(): boolean {
    return this.position < this.end;
  }

  /** Field number and wire type as on the wire: `(number << 3) | wireType`. */
  tag(): number {
    const tag = this.uint32();
    if (tag >>> 3 === 0) throw this.malformed('field number 0');
    return tag;
  }

  /** Starts a nested message and returns the token that `leave` takes. */
  enter(): number {
    const length = this.length();
    if (++this.depth > this.maxDepth) throw this.malformed(`messages nested deeper than ${this.maxDepth}`);
    const outer = this.end;
    this.end = this.position + length;
    return outer;
  }

  /** Bytes left of the message in hand. */
  remaining(): number {
    return this.end - this.position;
  }

  /** Ends a nested message; what is left of it is skipped. */
  leave(outer: number): void {
    this.position = this.end;
    this.end = outer;
    this.depth--;
  }

  /** Length of the bytes that follow, checked against the end of the message. */
  length(): number {
    const length = this.uint32();
    if (length > this.end - this.position) throw this.malformed(`${length} bytes announced, fewer present`);
    return length;
  }

  /** A varint that must fit in 32 bits. */
  uint32(): number {
    const { bytes } = this;
    const start = this.position;
    if (start < this.end) {
      const first = bytes[start] as number;
      if (first < 0x80) {
        this.position = start + 1;
        return first;
      }
    }
    const value = this.uint64();
    if (value >= TWO_32) throw this.malformed('a number of more than 32 bits');
    return value;
  }

  /** A varint as a double: exact up to 2^53, otherwise rounded. */
  uint64(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) throw this.malformed('a number is cut short');
      const byte = this.bytes[this.position++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) return (high >>> 0) * TWO_32 + (low >>> 0);
    }
    throw this.malformed('a number of more than 10 bytes');
  }

  /** A varint holding a signed 64-bit number in two's complement (int32, int64), as a double. */
  int64(): number {
    const start = this.position;
    const value = this.uint64();
    // Negative numbers take ten bytes: read again exactly, for a double has lost the low bits.
    if (value < 2 ** 63) return value;
    this.position = start;
    return Number(BigInt.asIntN(64, this.bigUint64()));
  }

  /** A zigzag varint (sint32, sint64 up to 2^53). */
  sint(): number {
    const value = this.uint64();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A varint as a bigint, exact. */
  bigUint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.position >= this.end) throw this.malformed('a number is cut short');
      const byte = this.bytes[this.position++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw this.malformed('a number of more than 10 bytes');
  }

  bool(): boolean {
    return this.uint64() !== 0;
  }

  /** Four bytes, little-endian, unsigned. */
  fixed32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** Eight bytes, little-endian, as a double: exact up to 2^53. */
  fixed64(): number {
    const at = this.take(8);
    return this.view.getUint32(at + 4, true) * TWO_32 + this.view.getUint32(at, true);
  }

  /** Eight bytes, little-endian, signed, as a double: exact up to 2^53. */
  sfixed64(): number {
    const at = this.take(8);
    return this.view.getInt32(at + 4, true) * TWO_32 + this.view.getUint32(at, true);
  }

  /** Eight bytes, little-endian, exact. */
  bigFixed64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  float(): number {
    return this.view.getFloat32(this.take(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /**
   * Packed varints (`repeated uint32` or `uint64`) that must fit in 32 bits.
   *
   * Larger ones set `overflowed` and come out as their low 32 bits.
   */
  packedUint32(): Uint32Array {
    const length = this.length();
    const { bytes } = this;
    let at = this.position;
    const end = at + length;
    let count = 0;
    for (let index = at; index < end; index++) count += ((bytes[index] as number) >>> 7) ^ 1;
    const values = new Uint32Array(count);
    for (let index = 0; index < count; index++) {
      let byte = bytes[at++] as number;
      let value = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[at++] as number;
        if (shift < 28) value |= (byte & 0x7f) << shift;
        else if (shift === 28) {
          value |= byte << 28;
          if ((byte & 0x70) !== 0) this.overflowed = true;
        } else if (shift > 63) throw this.malformed('a number of more than 10 bytes');
        else if ((byte & 0x7f) !== 0) this.overflowed = true;
      }
      values[index] = value;
    }
    if (at !== end) throw this.malformed('a number is cut short');
    this.position = end;
    return values;
  }

  /** Packed `fixed64` numbers that must fit in 32 bits; larger ones as in `packedUint32`. */
  packedFixed64(): Uint32Array {
    const length = this.length();
    if (length % 8 !== 0) throw this.malformed('packed 64-bit numbers are cut short');
    const values = new Uint32Array(length >>> 3);
    const { view } = this;
    let at = this.position;
    let above = 0;
    for (let index = 0; index < values.length; index++, at += 8) {
      values[index] = view.getUint32(at, true);
      above |= view.getUint32(at + 4, true);
    }
    if (above !== 0) this.overflowed = true;
    this.position = at;
    return values;
  }

  /** Bytes of a field, as a view into the input. */
  slice(): Uint8Array {
    const length = this.length();
    const start = this.position;
    this.position = start + length;
    return this.bytes.subarray(start, this.position);
  }

  /** Text of a field; bytes that are no UTF-8 become U+FFFD. */
  string(): string {
    const length = this.length();
    const start = this.position;
    this.position = start + length;
    return decodeText(this.bytes, start, this.position);
  }

  /** Passes over the value of a tag that has been read. */
  skip(tag: number): void {
    switch (tag & 7) {
      case WIRE.varint:
        this.uint64();
        return;
      case WIRE.fixed64:
        this.take(8);
        return;
      case WIRE.bytes:
        this.take(this.length());
        return;
      case WIRE.fixed32:
        this.take(4);
        return;
      case WIRE.startGroup:
        this.skipGroup(tag >>> 3);
        return;
      default:
        throw this.malformed(`wire type ${tag & 7}`);
    }
  }

  /** A `MalformedProtobuf` that says where. */
  malformed(what: string): MalformedProtobuf {
    return new MalformedProtobuf(`Malformed protobuf at byte ${this.position}: ${what}.`);
  }

  private skipGroup(number: number): void {
    if (++this.depth > this.maxDepth) throw this.malformed(`groups nested deeper than ${this.maxDepth}`);
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) === WIRE.endGroup) {
        if (tag >>> 3 !== number) throw this.malformed('a group ends that never began');
        this.depth--;
        return;
      }
      this.skip(tag);
    }
  }

  private take(length: number): number {
    const start = this.position;
    if (length > this.end - start) throw this.malformed('a value is cut short');
    this.position = start + length;
    return start;
  }
}
