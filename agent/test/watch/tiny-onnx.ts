/** Writes ONNX files of a few bytes, so that tests need no model from elsewhere. */

/** Numbers of ONNX's `TensorProto.DataType`. */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const;

export type TinyType = keyof typeof ELEMENT_TYPES;

export interface TinyTensor {
  readonly name: string;
  readonly type: TinyType;
  /** A text is a dimension known only by name. */
  readonly shape: readonly (number | string)[];
}

export interface TinyNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that are whole numbers. */
  readonly attributes?: Readonly<Record<string, number>>;
}

/** A model that gives each input back as `<name>_out`. */
export function identityModel(...inputs: TinyTensor[]): Uint8Array {
  const nodes = inputs.map(({ name }) => ({ op: 'Identity', inputs: [name], outputs: [`${name}_out`] }));
  const outputs = inputs.map((tensor) => ({ ...tensor, name: `${tensor.name}_out` }));
  return tinyOnnx(inputs, outputs, nodes);
}

/** IR version 8, operator set 13. */
export function tinyOnnx(
  inputs: readonly TinyTensor[],
  outputs: readonly TinyTensor[],
  nodes: readonly TinyNode[],
): Uint8Array {
  const graph = Buffer.concat([
    ...nodes.map((node) => field(1, nodeProto(node))),
    field(2, 'tiny'),
    ...inputs.map((tensor) => field(11, valueInfo(tensor))),
    ...outputs.map((tensor) => field(12, valueInfo(tensor))),
  ]);
  const opset = Buffer.concat([field(1, ''), number(2, 13)]);
  return Buffer.concat([number(1, 8), field(7, graph), field(8, opset)]);
}

function nodeProto({ op, inputs, outputs, attributes = {} }: TinyNode): Buffer {
  const INTEGER = 2;
  return Buffer.concat([
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(4, op),
    ...Object.entries(attributes).map(([name, value]) =>
      field(5, Buffer.concat([field(1, name), number(3, value), number(20, INTEGER)])),
    ),
  ]);
}

function valueInfo({ name, type, shape }: TinyTensor): Buffer {
  const dims = shape.map((dim) => field(1, typeof dim === 'number' ? number(1, dim) : field(2, dim)));
  const tensor = Buffer.concat([number(1, ELEMENT_TYPES[type]), field(2, Buffer.concat(dims))]);
  return Buffer.concat([field(1, name), field(2, field(1, tensor))]);
}

function field(id: number, content: string | Buffer): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([varint(id * 8 + 2), varint(bytes.length), bytes]);
}

function number(id: number, value: number): Buffer {
  return Buffer.concat([varint(id * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}
