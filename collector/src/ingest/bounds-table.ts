const MOST_ENTRIES = 4096;

/** Remembers lists of bounds by their bytes: points of one field share one list, which is then checked once. */
export class BoundsTable {
  private readonly lists = new Map<number, { readonly bytes: Uint8Array; readonly bounds: Float64Array }>();

  /** The packed doubles in `bytes`. */
  read(bytes: Uint8Array): Float64Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let hash = bytes.byteLength;
    for (let at = 0; at + 4 <= bytes.byteLength; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
      hash ^= hash >>> 15;
    }
    const known = this.lists.get(hash);
    if (known !== undefined && Buffer.compare(known.bytes, bytes) === 0) return known.bounds;
    const bounds = decodeDoubles(bytes);
    if (this.lists.size >= MOST_ENTRIES) this.lists.clear();
    this.lists.set(hash, { bytes: bytes.slice(), bounds });
    return bounds;
  }
}

/** Packed doubles; a rest shorter than one is left out. */
export function decodeDoubles(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(bytes.byteLength >>> 3);
  for (let index = 0; index < values.length; index++) values[index] = view.getFloat64(index * 8, true);
  return values;
}
