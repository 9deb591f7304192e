import { createNumericAccumulator, encodeProfile, type EdgesLayout } from '@prumo/agent/profile';
import type { Reference } from '../../src/domain/drift/reference.ts';
import { model, tensor } from './onnx-bytes.ts';

/** A model file of one numeric tensor of two columns, a category and a score. */
export const modelFile = {
  model: 'credit-default',
  version: '3',
  task: 'binary',
  owner: 'risk-ml',
  inputs: {
    income: { type: 'numeric', tensor: 'features' },
    age: { type: 'numeric', tensor: 'features', missing: [-999] },
  },
  outputs: { probability: { type: 'numeric', role: 'score', class: 1, tensor: 'probabilities' } },
  segments: ['channel'],
};

/** An ONNX file that fits it. */
export const onnx = model(tensor(11, 'features', 1, ['N', 2]), tensor(12, 'probabilities', 1, ['N', 2]));

const layout: EdgesLayout = { kind: 'edges', bounds: [0, 10, 20] };

/** A reference that fits both. */
export function sampleReference(change: Partial<Reference> = {}): Reference {
  const fields = ['income', 'age'].map((name) => {
    const accumulator = createNumericAccumulator(layout);
    for (const value of [1, 2, 15, 30]) accumulator.add(value);
    const profile = encodeProfile(accumulator.take());
    const partitions = { deciles: [0, 20], distinct: false };
    return {
      name,
      role: 'input',
      type: 'numeric',
      elementType: 'float32',
      layout,
      profile,
      chunks: [],
      partitions,
    } as const;
  });
  const { model: name, version } = modelFile;
  return { format: 1, model: name, version, kind: 'heldout', rows: 4, chunkRows: [], fields, warnings: [], ...change };
}
