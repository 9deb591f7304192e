/** A reader of protobuf messages for tests: by a table of fields, nothing clever. */

type Scalar = 'string' | 'fixed64' | 'sfixed64' | 'double' | 'uint' | 'sint' | 'doubles' | 'fixed64s' | 'uints';
type FieldSchema = readonly [name: string, type: Scalar | Schema, isRepeated?: true];
export type Schema = { readonly [id: number]: FieldSchema };

/** Reads a message to an object with the JSON names of OTLP; fixed64 become decimal text, unknown fields are left out. */
export function readMessage(bytes: Uint8Array, schema: Schema): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const { id, value } of readFields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))) {
    const field = schema[id];
    if (field === undefined) continue;
    const [name, type, isRepeated] = field;
    const read = typeof type === 'object' ? readMessage(value as Buffer, type) : readScalar(value, type);
    if (isRepeated) ((message[name] ??= []) as unknown[]).push(read);
    else message[name] = read;
  }
  return message;
}

function* readFields(bytes: Buffer): Generator<{ id: number; value: bigint | Buffer }> {
  let at = 0;
  const readVarint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = BigInt(bytes[at++]!);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    if (tag % 8 === 0) {
      yield { id: tag >> 3, value: readVarint() };
      continue;
    }
    if (tag % 8 !== 1 && tag % 8 !== 2) throw new Error(`wire type ${tag % 8} at ${at}`);
    const length = tag % 8 === 1 ? 8 : Number(readVarint());
    yield { id: tag >> 3, value: bytes.subarray(at, at + length) };
    at += length;
  }
  if (at !== bytes.length) throw new Error('message is cut off');
}

function readScalar(value: bigint | Buffer, type: Scalar): unknown {
  if (typeof value === 'bigint') return Number(type === 'sint' ? (value >> 1n) ^ -(value & 1n) : value);
  switch (type) {
    case 'string':
      return value.toString();
    case 'fixed64':
      return value.readBigUInt64LE().toString();
    case 'sfixed64':
      return value.readBigInt64LE().toString();
    case 'double':
      return value.readDoubleLE();
    case 'doubles':
      return eights(value).map((at) => value.readDoubleLE(at));
    case 'fixed64s':
      return eights(value).map((at) => Number(value.readBigUInt64LE(at)));
    case 'uints':
      return readVarints(value);
    case 'uint':
    case 'sint':
      throw new Error('a number was expected');
  }
}

function eights(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 8 }, (_, i) => i * 8);
}

function readVarints(bytes: Buffer): number[] {
  const values: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of bytes) {
    value += (byte & 127) * factor;
    factor *= 128;
    if (byte >= 128) continue;
    values.push(value);
    value = 0;
    factor = 1;
  }
  return values;
}
