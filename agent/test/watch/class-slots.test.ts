import { expect, test } from 'vitest';
import type { ClassScore } from '../../src/watch/class-scores.ts';
import { ClassSlots } from '../../src/watch/class-slots.ts';

function scoresOf(count: number): ClassScore[] {
  return Array.from({ length: count }, (_, column) => ({
    name: `score_${column}`,
    role: 'output',
    type: 'numeric',
    tensor: 'p',
    column,
    elementType: 'float32',
    missing: [],
    predictionLabel: `class ${column}`,
    outputRole: 'score',
    layout: undefined,
  }));
}

test.each([
  [3, 64],
  [128, 64],
  [256, 32],
  [5000, 1],
])('%i scores are told apart by %i classes: their series stay within 8,192', (count, most) => {
  const slots = new ClassSlots(scoresOf(count));
  for (let i = 0; i < 100; i++) slots.slotOf(`other ${i}`);
  expect(slots.size).toBe(most + 1);
  expect(slots.labelOf(0)).toBe('class 0');
  expect(slots.labelOf(most - 1)).toBe(count < most ? `other ${most - count - 1}` : `class ${most - 1}`);
  expect(slots.labelOf(most)).toBe('__other__');
  expect([slots.slotOf('other 99'), slots.slotOf('__other__')]).toEqual([most, most]);
});

test('labels that are the same on the wire are one class', () => {
  const slots = new ClassSlots(scoresOf(2));
  const slot = slots.slotOf('a\ud800');
  expect(slots.slotOf('a\ud801')).toBe(slot);
  expect(slots.slotOf('a\ufffd')).toBe(slot);
  expect(slots.labelOf(slot)).toBe('a\ufffd');
});

test('a label longer than an attribute may be is no class of its own', () => {
  const slots = new ClassSlots(scoresOf(2));
  expect(slots.labelOf(slots.slotOf('x'.repeat(512)))).toBe('x'.repeat(512));
  expect(slots.labelOf(slots.slotOf('x'.repeat(513)))).toBe('__other__');
});
