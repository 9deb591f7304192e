import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DropCounter } from '../../src/export/drop-counter.ts';
import type { FieldLayout, VersionLayouts } from '../../src/export/layouts-answer.ts';
import { ATTRIBUTE, mergeProfiles, type Profile, profilesEqual } from '../../src/profile/index.ts';
import { NO_SEGMENT } from '../../src/watch/segment.ts';
import { SegmentTable } from '../../src/watch/segment-table.ts';
import type { TensorLike } from '../../src/watch/tensor.ts';

interface Run {
  readonly classes: number;
  /** Rows of scores, batch by batch. */
  readonly batches: readonly (readonly (readonly number[])[])[];
  readonly type: 'float32' | 'float64' | 'int64';
  readonly hasEdges: boolean;
}

/** Few different values, so that many are equal; sums of them are exact. */
const anyScore = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, -1, Infinity, -Infinity) },
);
const anyRun: fc.Arbitrary<Run> = fc
  .record({ classes: fc.integer({ min: 2, max: 6 }), type: fc.constantFrom('float32', 'float64', 'int64') })
  .chain(({ classes, type }) => {
    const score = type === 'int64' ? fc.integer({ min: -1, max: 8 }) : anyScore;
    const row = fc.array(score, { minLength: classes, maxLength: classes });
    return fc.record({
      classes: fc.constant(classes),
      type: fc.constant(type),
      hasEdges: fc.boolean(),
      batches: fc.array(fc.oneof(fc.array(row, { minLength: 1, maxLength: 12 }), longBatch(row)), { maxLength: 4 }),
    });
  });

/** More rows than are read in one step. */
function longBatch(row: fc.Arbitrary<number[]>): fc.Arbitrary<number[][]> {
  return fc.array(row, { minLength: 300, maxLength: 600, size: 'max' });
}

/** -1 means missing. */
function layoutsOf({ classes, type, hasEdges }: Run, outputRole: 'score' | 'other'): VersionLayouts {
  const layout = { hash: 'a'.repeat(32), bins: { kind: 'edges', bounds: [1, 3, 6] } } as const;
  const fields = Array.from({ length: classes }, (_, column): FieldLayout => {
    return {
      name: `score_${column}`,
      role: 'output',
      type: 'numeric',
      tensor: 'p',
      column,
      elementType: type,
      missing: [-1],
      predictionLabel: `class ${column}`,
      outputRole,
      layout: hasEdges ? layout : undefined,
    };
  });
  return { version: '1', fields, segments: [] };
}

function tensorOf({ type }: Run, rows: readonly (readonly number[])[]): TensorLike {
  const values = rows.flat();
  const dims = [rows.length, rows[0]!.length];
  if (type === 'int64') return { type, dims, data: BigInt64Array.from(values, BigInt) };
  return { type, dims, data: type === 'float32' ? Float32Array.from(values) : Float64Array.from(values) };
}

/** Profiles by field and predicted class, as an interval gives them. */
function profilesOf(run: Run, outputRole: 'score' | 'other'): Map<string, Map<string, Profile>> {
  const dropped = new DropCounter();
  const table = new SegmentTable(layoutsOf(run, outputRole), {}, dropped);
  const series = table.find(NO_SEGMENT, 1);
  for (const rows of run.batches) {
    const p = tensorOf(run, rows);
    series.addTensor('output', 'p', p, rows.length, table.classes?.split({ p }, rows.length));
  }
  expect(dropped.totals()).toEqual({});
  const profiles = new Map<string, Map<string, Profile>>();
  for (const { profile, attributes } of series.take().profiles) {
    const name = String(attributes[ATTRIBUTE.fieldName]);
    const own = profiles.get(name) ?? new Map<string, Profile>();
    profiles.set(name, own.set((attributes[ATTRIBUTE.predictionLabel] as string | undefined) ?? '', profile));
  }
  return profiles;
}

test('a class score adds up over the predicted classes to what it is without them', () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      const split = profilesOf(run, 'score');
      const whole = profilesOf(run, 'other');
      expect([...split.keys()]).toEqual([...whole.keys()]);
      for (const [name, byClass] of split) {
        const sum = [...byClass.values()].reduce(mergeProfiles);
        expect(profilesEqual(sum, whole.get(name)!.get('')!)).toBe(true);
      }
    }),
  );
});

test('each class has the rows whose greatest score is its own, in every class score alike', () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      const expected = new Map<string, number>();
      for (const row of run.batches.flat()) {
        const isWhole = row.every((score) => Number.isFinite(score) && score !== -1);
        const label = isWhole ? `class ${row.indexOf(Math.max(...row))}` : '';
        expected.set(label, (expected.get(label) ?? 0) + 1);
      }
      const split = profilesOf(run, 'score');
      expect(split.size).toBe(run.batches.length === 0 ? 0 : run.classes);
      for (const byClass of split.values()) {
        expect(new Map([...byClass].map(([label, { rows }]) => [label, rows]))).toEqual(expected);
      }
    }),
  );
});
