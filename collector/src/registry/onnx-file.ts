import type { OnnxSignature, Tensor } from '../domain/registry/field.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { MalformedProtobuf, ProtobufReader, WIRE } from '../ingest/protobuf-reader.ts';

/** What an ONNX file says, apart from its bytes as a whole. */
export type OnnxContent = Omit<OnnxSignature, 'sha256' | 'sizeBytes'>;

/** Newest `ir_version` that is believed; a greater one is no ONNX file. */
const MAX_IR_VERSION = 1000;

/** Messages nest by subgraphs: a graph in an attribute of a node is three deeper. */
const MAX_DEPTH = 64;

/** Names of `TensorProto.DataType` by number (onnx.proto). */
const DATA_TYPES = [
  'unknown',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
] as const;

/** Kinds of `TypeProto` that are no dense tensor, by field number. */
const OTHER_TYPES = new Map([
  [4, 'sequence'],
  [5, 'map'],
  [7, 'opaque'],
  [8, 'sparse'],
  [9, 'optional'],
]);

/** Reads the fields of the message in hand: `read` is given the number and takes the value, or returns false to skip it. */
function eachField(reader: ProtobufReader, read: (field: number, wire: number) => boolean): void {
  while (reader.more()) {
    const tag = reader.tag();
    if (!read(tag >>> 3, tag & 7)) reader.skip(tag);
  }
}

/** Reads a nested message. */
function nested<Value>(reader: ProtobufReader, read: (reader: ProtobufReader) => Value): Value {
  const outer = reader.enter();
  const value = read(reader);
  reader.leave(outer);
  return value;
}

/**
 * Reads what an ONNX model says of itself (ModelProto of onnx.proto): nothing is run, weights are passed over.
 *
 * @throws PrumoError `PRUMO_ONNX_MALFORMED` for bytes that are no complete model, with the offset; `PRUMO_ONNX_UNSUPPORTED` for
 * weights in other files: the hash of this file would not cover them.
 */
export function readOnnxFile(bytes: Uint8Array): OnnxContent {
  if (bytes.length === 0) throw malformed('the file is empty');
  const reader = new ProtobufReader(bytes, { maxDepth: MAX_DEPTH });
  try {
    return readModel(reader);
  } catch (cause) {
    if (!(cause instanceof MalformedProtobuf)) throw cause;
    throw malformed(`no ONNX model, or cut short (${bytes.length} bytes). ${cause.message}`, cause);
  }
}

function malformed(message: string, cause?: unknown): PrumoError {
  return new PrumoError('PRUMO_ONNX_MALFORMED', `ONNX file: ${message}`, { cause });
}

function readModel(reader: ProtobufReader): OnnxContent {
  let irVersion = 0;
  let producer = '';
  let producerVersion = '';
  let graph: Graph | undefined;
  const opsets: Opset[] = [];
  eachField(reader, (field, wire) => {
    if (field === 1 && wire === WIRE.varint) irVersion = reader.int64();
    else if (field === 2 && wire === WIRE.bytes) producer = reader.string();
    else if (field === 3 && wire === WIRE.bytes) producerVersion = reader.string();
    else if (field === 7 && wire === WIRE.bytes) graph = nested(reader, readGraph);
    else if (field === 8 && wire === WIRE.bytes) opsets.push(nested(reader, readOpset));
    else return false;
    return true;
  });
  if (irVersion < 1 || irVersion > MAX_IR_VERSION) throw malformed('it has no ir_version; it is no ONNX model');
  if (graph === undefined) throw malformed('it has no graph; it is cut short or no ONNX model');
  if (graph.outputs.length === 0) throw malformed('its graph has no output');
  if (opsets.length === 0 && irVersion >= 3) throw malformed('it names no operator set; it is cut short');
  const opset = opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? null;
  return {
    irVersion,
    opset,
    producer: [producer, producerVersion].filter((part) => part !== '').join(' '),
    // Before version 4 of the format, weights are listed among the inputs.
    inputs: graph.inputs.filter(({ name }) => !graph?.initializers.has(name)),
    outputs: graph.outputs,
  };
}

interface Opset {
  readonly domain: string;
  readonly version: number;
}

function readOpset(reader: ProtobufReader): Opset {
  let domain = '';
  let version = 0;
  eachField(reader, (field, wire) => {
    if (field === 1 && wire === WIRE.bytes) domain = reader.string();
    else if (field === 2 && wire === WIRE.varint) version = reader.int64();
    else return false;
    return true;
  });
  return { domain, version };
}

interface Graph {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly initializers: ReadonlySet<string>;
}

function readGraph(reader: ProtobufReader): Graph {
  const inputs: Tensor[] = [];
  const outputs: Tensor[] = [];
  const initializers = new Set<string>();
  eachField(reader, (field, wire) => {
    if (wire !== WIRE.bytes) return false;
    if (field === 1) nested(reader, readNode);
    else if (field === 5) initializers.add(nested(reader, readInitializer));
    else if (field === 11) inputs.push(nested(reader, readValueInfo));
    else if (field === 12) outputs.push(nested(reader, readValueInfo));
    else if (field === 15) initializers.add(nested(reader, readSparseInitializer));
    else return false;
    return true;
  });
  return { inputs, outputs, initializers };
}

/** Looks for weights in the attributes of a node, and in the graphs inside of it. */
function readNode(reader: ProtobufReader): void {
  const readAttribute = (): void =>
    eachField(reader, (field, wire) => {
      if (wire !== WIRE.bytes) return false;
      if (field === 5 || field === 10) nested(reader, readInitializer);
      else if (field === 6 || field === 11) nested(reader, readGraph);
      else return false;
      return true;
    });
  eachField(reader, (field, wire) => {
    if (field !== 5 || wire !== WIRE.bytes) return false;
    nested(reader, readAttribute);
    return true;
  });
}

/** Name of a TensorProto; one whose data lies in another file is refused. */
function readInitializer(reader: ProtobufReader): string {
  let name = '';
  let isExternal = false;
  let location = '';
  eachField(reader, (field, wire) => {
    if (field === 8 && wire === WIRE.bytes) name = reader.string();
    else if (field === 13 && wire === WIRE.bytes) location = nested(reader, readLocation) ?? location;
    else if (field === 14 && wire === WIRE.varint) isExternal = reader.uint64() === 1;
    else return false;
    return true;
  });
  if (!isExternal) return name;
  const message = `ONNX file: the weights "${name}" lie in another file (${location}); save the model as a single file`;
  throw new PrumoError('PRUMO_ONNX_UNSUPPORTED', message);
}

/** Value of a StringStringEntryProto with the key `location`. */
function readLocation(reader: ProtobufReader): string | undefined {
  let key = '';
  let value = '';
  eachField(reader, (field, wire) => {
    if (field === 1 && wire === WIRE.bytes) key = reader.string();
    else if (field === 2 && wire === WIRE.bytes) value = reader.string();
    else return false;
    return true;
  });
  return key === 'location' ? value : undefined;
}

function readSparseInitializer(reader: ProtobufReader): string {
  let name = '';
  eachField(reader, (field, wire) => {
    if (field !== 1 || wire !== WIRE.bytes) return false;
    name = nested(reader, readInitializer);
    return true;
  });
  return name;
}

function readValueInfo(reader: ProtobufReader): Tensor {
  let name = '';
  let type: Omit<Tensor, 'name'> = { elementType: 'unknown', shape: null };
  eachField(reader, (field, wire) => {
    if (field === 1 && wire === WIRE.bytes) name = reader.string();
    else if (field === 2 && wire === WIRE.bytes) type = nested(reader, readType);
    else return false;
    return true;
  });
  return { name, ...type };
}

function readType(reader: ProtobufReader): Omit<Tensor, 'name'> {
  let type: Omit<Tensor, 'name'> = { elementType: 'unknown', shape: null };
  eachField(reader, (field, wire) => {
    if (field === 1 && wire === WIRE.bytes) type = nested(reader, readTensorType);
    else type = { elementType: OTHER_TYPES.get(field) ?? type.elementType, shape: type.shape };
    return field === 1;
  });
  return type;
}

function readTensorType(reader: ProtobufReader): Omit<Tensor, 'name'> {
  let elementType = 'unknown';
  let shape: Tensor['shape'] = null;
  eachField(reader, (field, wire) => {
    if (field === 1 && wire === WIRE.varint) elementType = nameOfType(reader.uint64());
    else if (field === 2 && wire === WIRE.bytes) shape = nested(reader, readShape);
    else return false;
    return true;
  });
  return { elementType, shape };
}

function nameOfType(number: number): string {
  return DATA_TYPES[number] ?? `type ${number}`;
}

function readShape(reader: ProtobufReader): (number | string | null)[] {
  const shape: (number | string | null)[] = [];
  eachField(reader, (field, wire) => {
    if (field !== 1 || wire !== WIRE.bytes) return false;
    shape.push(nested(reader, readDimension));
    return true;
  });
  return shape;
}

/** A number, a name, or null: a dimension that is negative or has no name is unknown. */
function readDimension(reader: ProtobufReader): number | string | null {
  let dimension: number | string | null = null;
  eachField(reader, (field, wire) => {
    if (field === 1 && wire === WIRE.varint) dimension = reader.int64();
    else if (field === 2 && wire === WIRE.bytes) dimension = reader.string();
    else return false;
    return true;
  });
  if (typeof dimension === 'number') return dimension < 0 ? null : dimension;
  return dimension === '' ? null : dimension;
}
