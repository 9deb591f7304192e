import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ELEMENT_TYPES } from '@prumo/agent/profile';
import fc from 'fast-check';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { PrumoError } from '../../src/errors/prumo-error.ts';
import { readOnnxFile, type OnnxContent } from '../../src/registry/onnx-file.ts';
import { message, model, tensor, text, varint } from './onnx-bytes.ts';

const small = model(
  tensor(11, 'features', 1, ['N', 3]),
  tensor(11, 'weights', 1, [3, 1]),
  message(5, text(8, 'weights')),
  message(12, text(1, 'classes'), message(2, message(4))),
  tensor(12, 'p', 11, [null, 2]),
);

describe('an ONNX file', () => {
  it('names all element types as profiles do, and others by names that profiles do not know', () => {
    const numbers = Array.from({ length: 17 }, (_, k) => k);
    const tensors = numbers.map((number) => tensor(11, `x${number}`, number, [null]));
    const { inputs } = readOnnxFile(model(...tensors, tensor(12, 'y', 1, [null])));
    const known: readonly string[] = ELEMENT_TYPES;
    const [profiled, others] = [true, false].map((is) =>
      inputs.map(({ elementType }) => elementType).filter((type) => known.includes(type) === is),
    );
    expect(profiled?.toSorted()).toEqual(known.toSorted());
    expect(others).toEqual(['unknown', 'complex64', 'complex128', 'bfloat16']);
  });

  it('says its format, operator set, producer, inputs without weights, and outputs', () => {
    expect(readOnnxFile(small)).toEqual({
      irVersion: 8,
      opset: 17,
      producer: 'hand',
      inputs: [{ name: 'features', elementType: 'float32', shape: ['N', 3] }],
      outputs: [
        { name: 'classes', elementType: 'sequence', shape: null },
        { name: 'p', elementType: 'float64', shape: [null, 2] },
      ],
    });
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'empty'],
    ['text', new TextEncoder().encode('<!doctype html><p>Not found</p>'), 'no ONNX model'],
    ['JSON', new TextEncoder().encode('{"model": 1}'), 'no ONNX model'],
    ['zeros', new Uint8Array(100), 'no ONNX model'],
    ['no graph', Uint8Array.from(varint(1, 8)), 'no graph'],
    ['a graph without outputs', model(tensor(11, 'x', 1, [1])), 'no output'],
    ['no operator set', small.subarray(0, small.length - 4), 'no operator set'],
    ['messages within messages', Uint8Array.from([...varint(1, 8), ...message(7, nest(200))]), 'nested'],
  ])('of %s is refused', (_, bytes, words) => {
    expect(() => readOnnxFile(bytes)).toThrow(
      expect.objectContaining({ code: 'PRUMO_ONNX_MALFORMED', message: expect.stringContaining(words) as string }),
    );
  });

  const external = [text(8, 'w'), message(13, text(1, 'location'), text(2, '../secret.bin')), varint(14, 1)];
  it.each([
    ['among the initializers', message(5, ...external)],
    ['in an attribute', message(1, message(5, message(5, ...external)))],
    ['in a graph within', message(1, message(5, message(6, message(5, ...external))))],
  ])('with weights in another file, %s, is refused', (_, part) => {
    expect(() => readOnnxFile(model(part, tensor(12, 'y', 1, [1])))).toThrow(
      expect.objectContaining({
        code: 'PRUMO_ONNX_UNSUPPORTED',
        message: expect.stringContaining('(../secret.bin)') as string,
      }),
    );
  });

  it('cut short anywhere is refused, or says the same', () => {
    for (let length = 0; length < small.length; length++)
      expectRefusalOr(small.subarray(0, length), readOnnxFile(small));
  });

  it('of any bytes gives a model or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(small.length - 1), fc.nat(255), (bytes, at, byte) => {
        expectRefusalOr(bytes);
        const changed = Uint8Array.from(small);
        changed[at] = byte;
        expectRefusalOr(changed);
      }),
    );
  });
});

function nest(depth: number): number[] {
  let inner: number[] = [];
  for (let i = 0; i < depth; i++) inner = message(1, message(5, message(6, inner)));
  return inner;
}

function expectRefusalOr(bytes: Uint8Array, content?: OnnxContent): void {
  try {
    const read = readOnnxFile(bytes);
    if (content !== undefined) expect(read).toEqual(content);
  } catch (error) {
    if (!(error instanceof PrumoError)) throw error;
    expect(error.code).toMatch(/^PRUMO_ONNX_(MALFORMED|UNSUPPORTED)$/);
  }
}

const shared = path.resolve(import.meta.dirname, '../../../../shared/models');
const files = globSync('**/*.onnx', { cwd: shared });
if (files.length === 0) process.stderr.write(`No models in ${shared}: the comparison with onnxruntime is left out.\n`);

describe.runIf(files.length > 0)('real ONNX files', () => {
  it.each(files)('%s: as onnxruntime sees it', async (file) => {
    const bytes = readFileSync(path.join(shared, file));
    const read = readOnnxFile(bytes);
    const session = await openSession(bytes);
    if (session === undefined) {
      // The only types that the runtime itself refuses.
      expect([...read.inputs, ...read.outputs].map(({ elementType }) => elementType)).toContain('bfloat16');
      return;
    }
    expect(read.inputs).toEqual(session.inputMetadata.map(toTensor));
    expect(read.outputs).toEqual(session.outputMetadata.map(toTensor));
  });

  it.each(files)('%s: cut short is refused, or says the same', (file) => {
    const bytes = readFileSync(path.join(shared, file));
    const content = readOnnxFile(bytes);
    const step = Math.max(1, Math.floor(bytes.length / 200));
    for (let length = 0; length < bytes.length; length += step) expectRefusalOr(bytes.subarray(0, length), content);
  });
});

async function openSession(bytes: Uint8Array): Promise<InferenceSession | undefined> {
  try {
    return await InferenceSession.create(bytes);
  } catch (error) {
    expect(String(error)).toContain('Unsupported data type');
    return undefined;
  }
}

function toTensor(metadata: InferenceSession.ValueMetadata) {
  if (!metadata.isTensor) return { name: metadata.name, elementType: 'sequence', shape: null };
  const shape = metadata.shape.map((dimension) => (dimension === '' ? null : dimension));
  return { name: metadata.name, elementType: metadata.type, shape };
}
