import { expect, test } from 'vitest';
import type { ClassScore } from '../../src/watch/class-scores.ts';
import { ClassSlots } from '../../src/watch/class-slots.ts';

function scoresOf(...labels: string[]): ClassScore[] {
  return labels.map((predictionLabel, column) => ({
    name: `score_${column}`,
    role: 'output',
    type: 'numeric',
    tensor: 'p',
    column,
    elementType: 'float32',
    missing: [],
    predictionLabel,
    outputRole: 'score',
    layout: undefined,
  }));
}

test.each([
  [3, 3],
  [64, 64],
  [128, 64],
  [256, 32],
  [5000, 1],
])('of %i scores the first %i classes are told apart: their series stay within 8,192', (count, most) => {
  const labels = Array.from({ length: count }, (_, i) => `class ${i}`);
  const slots = new ClassSlots(scoresOf(...labels));
  expect(slots.size).toBe(most + 1);
  expect(labels.map((label) => slots.slotOf(label))).toEqual(labels.map((_, i) => Math.min(i, most)));
  expect(slots.labelOf(0)).toBe('class 0');
  expect(slots.labelOf(most - 1)).toBe(`class ${most - 1}`);
  expect(slots.labelOf(most)).toBe('__other__');
  expect([slots.slotOf('unheard of'), slots.slotOf('__other__')]).toEqual([most, most]);
});

test('labels that mean the same, or are the same on the wire, are one class', () => {
  const slots = new ClassSlots(scoresOf('1.0', 'a\ud800', 'false', '1', 'a\ud801'));
  expect(slots.size).toBe(4);
  expect([0, 1, 2].map((slot) => slots.labelOf(slot))).toEqual(['1', 'a\ufffd', '0']);
  expect(['true', '1e0', 'a\udfff', '-0', ' '].map((label) => slots.slotOf(label))).toEqual([0, 0, 1, 2, -1]);
});

test('labels that no attribute can hold, or that have a meaning of their own, are no class', () => {
  const slots = new ClassSlots(scoresOf('x'.repeat(513), '__other__', ' ', 'x'.repeat(512)));
  expect(slots.size).toBe(2);
  expect(slots.labelOf(slots.slotOf('x'.repeat(512)))).toBe('x'.repeat(512));
  expect(slots.labelOf(slots.slotOf('x'.repeat(513)))).toBe('__other__');
});
