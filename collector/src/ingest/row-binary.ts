const TWO_32 = 0x1_0000_0000;

/** Writes values as ClickHouse's RowBinary into one growing buffer. */
export class RowBinaryWriter {
  private buffer: Buffer;
  private view: DataView;
  /** Bytes written. */
  length = 0;

  constructor(capacity = 65_536) {
    this.buffer = Buffer.allocUnsafeSlow(capacity);
    this.view = new DataView(this.buffer.buffer);
  }

  /** What was written, as a view: valid until the next write. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  /** Forgets what was written. */
  clear(): void {
    this.length = 0;
  }

  /** What was written, as a copy; the writer is then empty. */
  take(): Uint8Array {
    const taken = Buffer.from(this.bytes());
    this.length = 0;
    return taken;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value, true);
    this.length += 4;
  }

  /** A whole number from 0 to 2^53. */
  uint64(value: number): void {
    this.uint64Pair(Math.floor(value / TWO_32), value >>> 0);
  }

  /** A 64-bit number by its halves. */
  uint64Pair(high: number, low: number): void {
    this.reserve(8);
    this.view.setUint32(this.length, low, true);
    this.view.setUint32(this.length + 4, high, true);
    this.length += 8;
  }

  /** DateTime64 in its own ticks. */
  int64(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.length, value, true);
    this.length += 8;
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** A value of a Nullable column; null writes nothing but the sign of it. */
  nullable<Value>(value: Value | null, write: (value: Value) => void): void {
    this.uint8(value === null ? 1 : 0);
    if (value !== null) write(value);
  }

  string(text: string): void {
    const { length } = text;
    if (length < 64 && this.shortAscii(text, length)) return;
    const bytes = Buffer.byteLength(text);
    this.varint(bytes);
    this.reserve(bytes);
    this.length += this.buffer.write(text, this.length);
  }

  uint32Array(values: Uint32Array): void {
    this.varint(values.length);
    this.reserve(values.length * 4);
    const { view } = this;
    let at = this.length;
    for (const value of values) {
      view.setUint32(at, value, true);
      at += 4;
    }
    this.length = at;
  }

  float64Array(values: Float64Array): void {
    this.varint(values.length);
    this.reserve(values.length * 8);
    const { view } = this;
    let at = this.length;
    for (const value of values) {
      view.setFloat64(at, value, true);
      at += 8;
    }
    this.length = at;
  }

  private shortAscii(text: string, length: number): boolean {
    this.reserve(length + 1);
    const { buffer } = this;
    const start = this.length;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return false;
      buffer[start + 1 + index] = code;
    }
    buffer[start] = length;
    this.length = start + 1 + length;
    return true;
  }

  private varint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}
