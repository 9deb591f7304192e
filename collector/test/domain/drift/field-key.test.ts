import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldKey } from '../../../src/domain/drift/field-key.ts';

const identity = fc.record({
  role: fc.constantFrom('input', 'output'),
  name: fc.string({ maxLength: 3, unit: fc.constantFrom('a', '"', ',', ' ', '\\') }),
  predictionLabel: fc.string({ maxLength: 3, unit: fc.constantFrom('a', '"', ',', ' ', '\\') }),
});

describe('fieldKey', () => {
  it('is equal for two fields if and only if they are the same one, whatever their names hold', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const isSame = a.role === b.role && a.name === b.name && a.predictionLabel === b.predictionLabel;
        expect(fieldKey(a) === fieldKey(b)).toBe(isSame);
      }),
    );
  });

  it('takes no label and an empty one for the same', () => {
    const field = { role: 'output', name: 'probability' };
    expect(fieldKey(field)).toBe(fieldKey({ ...field, predictionLabel: '' }));
    expect(fieldKey(field)).not.toBe(fieldKey({ ...field, predictionLabel: 'bird' }));
  });
});
