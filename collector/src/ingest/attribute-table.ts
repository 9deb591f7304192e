import { createAttribute, type Attribute } from './attribute.ts';
import { ProtobufReader, WIRE } from './protobuf-reader.ts';

const SLOTS = 1 << 16;
const MOST_ENTRIES = 1 << 15;
const MOST_PROBES = 8;
/** Longer messages are read each time anew, so that the table stays small. */
const MOST_BYTES = 1024;

interface Entry {
  readonly bytes: Uint8Array;
  readonly attribute: Attribute;
}

/**
 * Remembers encoded `KeyValue` messages: a point's attributes are found by their bytes instead of being decoded and hashed.
 *
 * Bounded; when full it starts anew.
 */
export class AttributeTable {
  private entries: (Entry | undefined)[] = new Array<undefined>(SLOTS).fill(undefined);
  private size = 0;

  /** The attribute encoded in `bytes[start, end)`. */
  read(bytes: Uint8Array, start: number, end: number): Attribute {
    const length = end - start;
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const entry = this.entries[slot];
      if (entry === undefined) {
        const attribute = decodeKeyValue(bytes.subarray(start, end));
        if (length <= MOST_BYTES) this.remember(slot, bytes.slice(start, end), attribute);
        return attribute;
      }
      if (isSame(entry.bytes, bytes, start, length)) return entry.attribute;
      slot = (slot + 1) & (SLOTS - 1);
    }
    return decodeKeyValue(bytes.subarray(start, end));
  }

  private remember(slot: number, bytes: Uint8Array, attribute: Attribute): void {
    if (++this.size > MOST_ENTRIES) {
      this.entries.fill(undefined);
      this.size = 1;
    }
    this.entries[slot] = { bytes, attribute };
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at++) if (known[at] !== bytes[start + at]) return false;
  return true;
}

/** `KeyValue { key = 1; AnyValue value = 2 }`. */
function decodeKeyValue(bytes: Uint8Array): Attribute {
  const reader = new ProtobufReader(bytes);
  let key = '';
  let value: readonly [type: string, text: string] = ['none', ''];
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | WIRE.bytes)) key = reader.string();
    else if (tag === ((2 << 3) | WIRE.bytes)) {
      const outer = reader.enter();
      value = decodeAnyValue(reader);
      reader.leave(outer);
    } else reader.skip(tag);
  }
  return createAttribute(key, value[0], value[1]);
}

/** `AnyValue`: a scalar as text; lists, maps and bytes as their encoding in hexadecimal, for the series' hash only. */
function decodeAnyValue(reader: ProtobufReader): readonly [type: string, text: string] {
  let value: readonly [string, string] = ['none', ''];
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | WIRE.bytes)) value = ['string', reader.string()];
    else if (tag === ((2 << 3) | WIRE.varint)) value = ['bool', String(reader.bool())];
    else if (tag === ((3 << 3) | WIRE.varint)) value = ['int', String(BigInt.asIntN(64, reader.bigUint64()))];
    else if (tag === ((4 << 3) | WIRE.fixed64)) value = ['double', String(reader.double())];
    else if ((tag & 7) === WIRE.bytes) value = ['other', Buffer.from(reader.slice()).toString('hex')];
    else reader.skip(tag);
  }
  return value;
}
