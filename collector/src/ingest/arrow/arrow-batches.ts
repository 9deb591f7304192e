import { arrowError } from './arrow-error.ts';
import { openColumn, openDictionary, type NextBuffer, type ReadValue } from './arrow-column.ts';
import { readSchema, type ArrowField, type ArrowSchema } from './arrow-schema.ts';
import { FlatTable } from './flat-table.ts';

/** Rows of one record batch. */
export interface ArrowBatch {
  readonly rows: number;
  /** One per column, in the order of the schema. */
  readonly columns: readonly ReadValue[];
}

/** A stream whose schema was read; its batches are read as they are asked for. */
export interface ArrowStream {
  readonly schema: ArrowSchema;
  readonly batches: Generator<ArrowBatch, void, undefined>;
}

const FILE_MAGIC = 'ARROW1';
/** The magic and its padding. */
const FILE_HEAD_BYTES = 8;
const CONTINUES = 0xffffffff;
/** Schema, dictionary batch, record batch, as the format numbers them. */
const [SCHEMA, DICTIONARY, RECORDS] = [1, 2, 3];
/** Buffers of a batch: three per column at most. */
const MAX_BUFFERS = 3 * 2100;

interface Message {
  readonly type: number;
  readonly header: FlatTable;
  readonly body: Uint8Array;
}

/**
 * Opens a body in Arrow's IPC format, as a stream or a file.
 *
 * Nothing in the bytes is believed: lengths are held against what is there before anything is made of them. Compressed buffers, nested types and
 * deltas of dictionaries are not read.
 *
 * @throws PrumoError `PRUMO_ARROW_MALFORMED`, here and as batches are read.
 */
export function openArrow(body: Uint8Array): ArrowStream {
  return guard(() => {
    const messages = readMessages(body);
    const first = messages.next();
    if (first.done === true || first.value.type !== SCHEMA) throw arrowError('an Arrow stream begins with its schema');
    const schema = readSchema(first.value.header);
    return { schema, batches: readBatches(schema, messages) };
  });
}

function* readBatches(schema: ArrowSchema, messages: Generator<Message>): Generator<ArrowBatch, void, undefined> {
  const dictionaries = new Map<number, ReadValue>();
  for (;;) {
    const batch = guard(() => nextBatch(schema, messages, dictionaries));
    if (batch === undefined) return;
    yield batch;
  }
}

function nextBatch(
  { fields }: ArrowSchema,
  messages: Generator<Message>,
  dictionaries: Map<number, ReadValue>,
): ArrowBatch | undefined {
  for (let next = messages.next(); next.done !== true; next = messages.next()) {
    const { type, header, body } = next.value;
    if (type === RECORDS) return openBatch(header, body, fields, dictionaries);
    if (type !== DICTIONARY) throw arrowError(`a message of type ${type} within the stream`);
    readDictionary(header, body, fields, dictionaries);
  }
  return undefined;
}

function readDictionary(
  header: FlatTable,
  body: Uint8Array,
  fields: readonly ArrowField[],
  dictionaries: Map<number, ReadValue>,
): void {
  const id = header.size(4);
  const field = fields.find(({ dictionary }) => dictionary?.id === id);
  const data = header.table(6);
  if (field === undefined || data === undefined) throw arrowError(`dictionary ${id} belongs to no column`);
  if (header.uint8(8, 0) !== 0) throw arrowError('deltas of dictionaries are not read; send each dictionary whole');
  const { rows, columns } = openBatch(data, body, [{ name: field.name, type: field.type }], dictionaries);
  dictionaries.set(id, openDictionary(field.name, rows, columns[0]!));
}

function openBatch(
  header: FlatTable,
  body: Uint8Array,
  fields: readonly ArrowField[],
  dictionaries: ReadonlyMap<number, ReadValue>,
): ArrowBatch {
  if (header.table(10) !== undefined) throw arrowError('compressed buffers are not read; compress the body with gzip');
  const rows = header.size(4);
  const nodes = header.sizePairs(6, fields.length);
  const buffers = header.sizePairs(8, MAX_BUFFERS);
  if (nodes.length !== fields.length)
    throw arrowError(`a batch of ${nodes.length} columns; the schema has ${fields.length}`);
  let next = 0;
  const nextBuffer: NextBuffer = (minBytes) => {
    const [offset, length] = buffers[next++] ?? [0, -1];
    if (length < minBytes || offset + length > body.length) {
      throw arrowError(`a batch of ${rows} rows has a buffer that is missing, too short or outside its message`);
    }
    return body.subarray(offset, offset + length);
  };
  const columns = fields.map((field, i) => {
    const [length, nulls] = nodes[i]!;
    if (length !== rows) throw arrowError(`a column of ${length} rows in a batch of ${rows}`);
    return openColumn(field, rows, nulls > 0, nextBuffer, dictionaries);
  });
  return { rows, columns };
}

function* readMessages(body: Uint8Array): Generator<Message, void, undefined> {
  const isFile = Buffer.from(body.subarray(0, FILE_MAGIC.length)).toString('latin1') === FILE_MAGIC;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let at = isFile ? FILE_HEAD_BYTES : 0; ;) {
    if (at + 4 > body.length) throw arrowError('the stream is cut off: its end is not marked');
    let metadataBytes = view.getUint32(at, true);
    at += 4;
    if (metadataBytes === CONTINUES) {
      if (at + 4 > body.length) throw arrowError('the stream is cut off within a message');
      metadataBytes = view.getUint32(at, true);
      at += 4;
    }
    if (metadataBytes === 0) {
      // Behind the stream of a file comes its footer, which says nothing new.
      if (!isFile && at !== body.length) throw arrowError(`${body.length - at} bytes behind the end of the stream`);
      return;
    }
    if (at + metadataBytes > body.length)
      throw arrowError('the stream is cut off within a message, or is no Arrow stream');
    const message = FlatTable.root(body.subarray(at, at + metadataBytes));
    at += metadataBytes;
    if (message.int16(4, 0) < 3) throw arrowError('the format is older than Arrow 0.8');
    const header = message.table(8);
    const bodyBytes = message.size(10);
    if (header === undefined) throw arrowError('a message without content');
    if (at + bodyBytes > body.length) throw arrowError('the stream is cut off within a batch');
    yield { type: message.uint8(6, 0), header, body: body.subarray(at, at + bodyBytes) };
    at += bodyBytes;
  }
}

/** What is read outside the bytes is their fault. */
function guard<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) {
      throw arrowError('the bytes are no Arrow stream, or a damaged one', error);
    }
    throw error;
  }
}
