/** What a collector refused of a batch that it took. */
export interface PartialSuccess {
  readonly rejectedPoints: number;
  /** At most 200 characters. */
  readonly message: string;
}

const NOTHING: PartialSuccess = { rejectedPoints: 0, message: '' };
const MAX_MESSAGE = 200;

/**
 * Reads an OTLP `ExportMetricsServiceResponse`: `partial_success = 1 { rejected_data_points = 1, error_message = 2 }`.
 * Whatever cannot be read says nothing: the status was 2xx.
 *
 * @param pointCount points that were sent: no more can have been refused.
 */
export function readPartialSuccess(body: Uint8Array, isJson: boolean, pointCount: number): PartialSuccess {
  try {
    const { rejectedPoints, message } = isJson ? readJson(body) : readProtobuf(body);
    const bounded = Number.isFinite(rejectedPoints) ? Math.min(Math.max(Math.trunc(rejectedPoints), 0), pointCount) : 0;
    return { rejectedPoints: bounded, message: message.slice(0, MAX_MESSAGE) };
  } catch {
    return NOTHING;
  }
}

function readJson(body: Uint8Array): PartialSuccess {
  if (body.length === 0) return NOTHING;
  const answer = JSON.parse(new TextDecoder().decode(body)) as {
    partialSuccess?: { rejectedDataPoints?: unknown; errorMessage?: unknown };
  } | null;
  const partial = answer?.partialSuccess;
  return {
    rejectedPoints: Number(partial?.rejectedDataPoints ?? 0),
    message: typeof partial?.errorMessage === 'string' ? partial.errorMessage : '',
  };
}

function readProtobuf(body: Uint8Array): PartialSuccess {
  let result = NOTHING;
  for (const outer of readFields(body)) {
    if (outer.field !== 1 || outer.bytes === undefined) continue;
    for (const { field, value, bytes } of readFields(outer.bytes)) {
      if (field === 1) result = { ...result, rejectedPoints: value };
      if (field === 2 && bytes) result = { ...result, message: new TextDecoder().decode(bytes) };
    }
  }
  return result;
}

interface WireField {
  readonly field: number;
  /** A varint; 0 for other types. */
  readonly value: number;
  readonly bytes: Uint8Array | undefined;
}

function* readFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new RangeError('varint is cut off');
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === 0) yield { field, value: readVarint(), bytes: undefined };
    else if (type === 2) {
      const length = readVarint();
      if (length > bytes.length - at) throw new RangeError('field is cut off');
      yield { field, value: 0, bytes: bytes.subarray(at, at + length) };
      at += length;
    } else throw new RangeError(`unexpected wire type ${type}`);
  }
}
