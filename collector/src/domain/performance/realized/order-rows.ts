/**
 * Indexes of rows in ascending order of their keys, the first key first. Rows that are equal in all keys are alike, so what is
 * computed in this order does not depend on the order in which they came.
 *
 * A radix sort of the eight bytes of each double, least significant first (Knuth, TAOCP 3, 5.2.5): O(n), whatever the keys. NaN is
 * not expected.
 */
export function orderRows(keys: readonly (Float64Array | Uint8Array | Int32Array)[]): Uint32Array {
  const rows = keys[0]?.length ?? 0;
  let order = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) order[i] = i;
  let spare = new Uint32Array(rows);
  for (const key of keys.toReversed()) {
    if (isConstant(key)) continue;
    const bytes = toSortableBytes(key);
    for (let place = 0; place < 8; place++) {
      if (!sortByByte(bytes, place, order, spare)) continue;
      [order, spare] = [spare, order];
    }
  }
  return order;
}

function isConstant(key: ArrayLike<number>): boolean {
  const first = key[0];
  for (let i = 1; i < key.length; i++) if (key[i] !== first) return false;
  return true;
}

/** Doubles whose bytes (little-endian, as all platforms of Node are) order as unsigned integers do: negative ones are inverted. */
function toSortableBytes(key: ArrayLike<number>): Uint8Array {
  const values = new Float64Array(key.length);
  // Adding 0 makes one zero of both.
  for (let i = 0; i < key.length; i++) values[i] = key[i]! + 0;
  const words = new Uint32Array(values.buffer);
  for (let high = 1; high < words.length; high += 2) {
    const isNegative = words[high]! >>> 31 === 1;
    words[high] = isNegative ? ~words[high]! : words[high]! ^ 0x8000_0000;
    if (isNegative) words[high - 1] = ~words[high - 1]!;
  }
  return new Uint8Array(values.buffer);
}

/** Puts `order` sorted by one byte into `target`; false where that byte is the same in all rows, and nothing was done. */
function sortByByte(bytes: Uint8Array, place: number, order: Uint32Array, target: Uint32Array): boolean {
  const starts = new Uint32Array(256);
  for (let at = place; at < bytes.length; at += 8) starts[bytes[at]!]!++;
  if (starts[bytes[place]!] === order.length) return false;
  let start = 0;
  for (let value = 0; value < 256; value++) {
    const count = starts[value]!;
    starts[value] = start;
    start += count;
  }
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    target[starts[bytes[row * 8 + place]!]!++] = row;
  }
  return true;
}
