import { describe, expect, it } from 'vitest';
import type { DeclaredField, OnnxSignature, Tensor } from '../../../src/domain/registry/field.ts';
import { resolveFields } from '../../../src/domain/registry/resolve-fields.ts';

const numeric = (name: string, more: Partial<DeclaredField> = {}): DeclaredField => {
  return { name, type: 'numeric', missing: [], ...more };
};
const onnx = (inputs: Tensor[], outputs: Tensor[] = []): OnnxSignature => {
  return { sha256: '', sizeBytes: 0, irVersion: 8, opset: 17, producer: '', inputs, outputs };
};
const tensor = (name: string, elementType: string, shape: Tensor['shape']): Tensor => ({ name, elementType, shape });

describe('fields of a version', () => {
  it('of one tensor are its columns, in order', () => {
    const inputs = [numeric('a', { tensor: 'f' }), numeric('alone'), numeric('b', { tensor: 'f' })];
    const signature = onnx([tensor('f', 'float32', [null, 2]), tensor('alone', 'int64', ['N', 1])]);
    const { fields, problems } = resolveFields({ inputs, outputs: [] }, signature);
    expect(problems).toEqual([]);
    expect(fields.map(({ name, column, elementType }) => [name, column, elementType])).toEqual([
      ['a', 0, 'float32'],
      ['alone', null, 'int64'],
      ['b', 1, 'float32'],
    ]);
  });

  it('have the declared type first, then that of the tensor, then the widest', () => {
    const declared = { inputs: [numeric('a', { dtype: 'float32' }), numeric('b')], outputs: [] };
    expect(resolveFields(declared).fields.map((field) => field.elementType)).toEqual(['float32', 'float64']);
    const categorical = { name: 'c', type: 'categorical', missing: [] } as const;
    expect(resolveFields({ inputs: [categorical], outputs: [] }).fields[0]?.elementType).toBe('string');
  });

  it.each<[string, Tensor['shape'], number | null]>([
    ['is column 1 of two', [null, 2], 1],
    ['has a vector to itself', [null], null],
    ['has a single column to itself', [null, 1], null],
    ['is column 1 where the width is not known', [null, null], 1],
  ])('a score of class 1 %s', (_, shape, column) => {
    const outputs = [numeric('p', { tensor: 'probabilities', class: '1' })];
    const { fields, problems } = resolveFields(
      { inputs: [], outputs },
      onnx([], [tensor('probabilities', 'float32', shape)]),
    );
    expect({ problems, column: fields[0]?.column, label: fields[0]?.predictionLabel }).toEqual({
      problems: [],
      column,
      label: '1',
    });
  });

  it('a score has the column that the file gives it', () => {
    const outputs = [numeric('p', { tensor: 'probabilities', class: 'gold', column: 2 })];
    expect(resolveFields({ inputs: [], outputs }).fields[0]?.column).toBe(2);
  });

  it.each<[string, DeclaredField[], Tensor[], string]>([
    ['a tensor that is not there', [numeric('a')], [tensor('x', 'float32', [null, 1])], 'no input "a"; it has: x'],
    [
      'another number of columns',
      [numeric('x')],
      [tensor('x', 'float32', [null, 3])],
      '3 columns; the model file names 1',
    ],
    [
      'two fields in a vector',
      [numeric('a', { tensor: 'x' }), numeric('b', { tensor: 'x' })],
      [tensor('x', 'float32', [null])],
      'one column',
    ],
    [
      'another type',
      [numeric('x', { dtype: 'float64' })],
      [tensor('x', 'float32', [null, 1])],
      'dtype float64, the ONNX file float32',
    ],
    ['numbers that are text', [numeric('x')], [tensor('x', 'string', [null, 1])], 'numeric, the ONNX file string'],
    ['a type that nobody reads', [numeric('x')], [tensor('x', 'bfloat16', [null])], 'bfloat16 cannot be watched'],
  ])('refuse %s', (_, inputs, tensors, words) => {
    expect(resolveFields({ inputs, outputs: [] }, onnx(tensors)).problems.join('; ')).toContain(words);
  });

  it.each<[string, DeclaredField[], Tensor, string]>([
    ['a sequence', [numeric('p')], tensor('p', 'sequence', null), 'without ZipMap'],
    ['a column that is not there', [numeric('p', { column: 2 })], tensor('p', 'float32', [null, 2]), 'no column 2'],
    [
      'two outputs in one place',
      [numeric('p', { column: 0 }), numeric('q', { tensor: 'p', column: 0 })],
      tensor('p', 'float32', [null, 2]),
      'is "p" already',
    ],
  ])('refuse as output %s', (_, outputs, output, words) => {
    expect(resolveFields({ inputs: [], outputs }, onnx([], [output])).problems.join('; ')).toContain(words);
  });
});
