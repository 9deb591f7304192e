import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PredictedClasses } from '../../../agent/src/watch/predicted-classes.ts';
import type { FieldColumn } from '../../src/baseline/field-column.ts';
import type { RowBatch } from '../../src/baseline/open-rows.ts';
import { createPredictedClasses } from '../../src/baseline/predicted-classes.ts';
import { predictionOutputsOf } from '../../src/domain/performance/prediction-outputs.ts';

type Answer = NonNullable<Parameters<typeof PredictedClasses.of>[0]>;

const anyScore = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(0, -0, 0.25, 0.5, 1) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);
const anyLabel = fc.constantFrom('ant', 'bee', '1', '1.0', 'true', ' 1', '0', 'false', '', 'unheard of', '__other__');

const anyRows = fc
  .record({
    classes: fc.uniqueArray(fc.constantFrom('ant', 'bee', '1', '0', 'cat'), { minLength: 2 }),
    isDecided: fc.boolean(),
  })
  .chain(({ classes, isDecided }) =>
    fc.record({
      classes: fc.constant(classes),
      isDecided: fc.constant(isDecided),
      rows: fc.array(
        fc.record({
          scores: fc.array(anyScore, { minLength: classes.length, maxLength: classes.length }),
          label: anyLabel,
        }),
        { minLength: 1, maxLength: 20 },
      ),
    }),
  );

interface Rows {
  readonly classes: readonly string[];
  readonly isDecided: boolean;
  readonly rows: readonly { readonly scores: readonly number[]; readonly label: string }[];
}

/** As `prumo backfill` names the classes of rows of a file. */
function classesOfFile({ classes, isDecided, rows }: Rows): readonly string[] {
  const scores = classes.map((name) => ({ name, role: 'score', class: name }) as const);
  const outputs = isDecided ? [...scores, { name: 'decision', role: 'label' } as const] : scores;
  const columns = new Map<string, FieldColumn>(
    classes.map((name, i) => [
      name,
      { type: 'numeric', values: Float64Array.from(rows, (row) => row.scores[i] ?? NaN) },
    ]),
  );
  if (isDecided) columns.set('decision', { type: 'categorical', values: rows.map(({ label }) => label) });
  const batch = { rowCount: rows.length, columns } as unknown as RowBatch;
  return createPredictedClasses(predictionOutputsOf('multiclass', outputs))?.read(batch) ?? [];
}

/** As the agent names the classes of the same rows as tensors. */
function classesOfTensors({ classes, isDecided, rows }: Rows): readonly string[] {
  const common = { role: 'output', elementType: 'float64', missing: [], layout: undefined } as const;
  const fields: Answer['fields'] = [
    ...classes.map(
      (name, column) =>
        ({
          ...common,
          name,
          type: 'numeric',
          tensor: 'p',
          column,
          predictionLabel: name,
          outputRole: 'score',
        }) as const,
    ),
    ...(isDecided
      ? [
          {
            ...common,
            name: 'decision',
            type: 'categorical',
            tensor: 'y',
            column: null,
            elementType: 'string',
            predictionLabel: undefined,
            outputRole: 'label',
          } as const,
        ]
      : []),
  ];
  const predicted = PredictedClasses.of({ version: '1', fields, segments: [] })!;
  const p = { type: 'float64', dims: [1, classes.length] };
  return rows.map(({ scores, label }) => {
    const outputs = {
      p: { ...p, data: Float64Array.from(scores) },
      ...(isDecided ? { y: { type: 'string', dims: [1], data: [label] } } : {}),
    };
    const slot = predicted.split(outputs, 1)?.groups[0]?.slot ?? -1;
    return slot < 0 ? '' : predicted.labelOf(slot);
  });
}

test('a row of a file and the same row as tensors are predicted to be of the same class, by the same name', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      expect(classesOfTensors(rows)).toEqual(classesOfFile(rows));
    }),
    { numRuns: 500 },
  );
});
