import {
  createCategoricalAccumulator,
  createNumericAccumulator,
  mergeProfiles,
  profilesEqual,
  type Profile,
} from '@prumo/agent/profile';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LayoutsAnswer } from '../../src/api/layouts.ts';
import { profileDays, type WindowProfiles } from '../../src/baseline/backfill.ts';
import { surveyRows } from '../../src/baseline/survey-rows.ts';
import { writeScratch } from '../data-files/scratch.ts';

const FIELDS: LayoutsAnswer['fields'] = [
  {
    name: 'x',
    role: 'input',
    type: 'numeric',
    tensor: 'x',
    column: null,
    elementType: 'float32',
    missing: [-999],
    // 0.1 and 0.3 as doubles: the float32 nearest to them lies on the other side.
    layout: { hash: 'a'.repeat(32), kind: 'edges', bounds: [-1, 0, 0.1, 0.3, Math.fround(0.7), 5] },
  },
  { name: 'plain', role: 'input', type: 'numeric', tensor: 'plain', column: null, elementType: 'float64', missing: [] },
  { name: 'code', role: 'input', type: 'categorical', tensor: 'code', column: null, elementType: 'int64', missing: [] },
  { name: 'flag', role: 'input', type: 'categorical', tensor: 'flag', column: null, elementType: 'bool', missing: [] },
  {
    name: 'word',
    role: 'input',
    type: 'categorical',
    tensor: 'word',
    column: null,
    elementType: 'string',
    missing: ['NA'],
  },
];

interface Row {
  readonly x: number;
  readonly plain: number;
  readonly code: number;
  readonly flag: boolean;
  readonly word: string;
}

const row: fc.Arbitrary<Row> = fc.record({
  x: fc.oneof(fc.constantFrom(0.1, 0.3, 0.7, 5, -999, NaN, 0, -0), fc.double({ min: -10, max: 10, noNaN: true })),
  plain: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  code: fc.integer({ min: -3, max: 3 }),
  flag: fc.boolean(),
  word: fc.constantFrom('a', 'b', 'NA', 'with "quotes", and\nlines'),
});

/** What a watched session counts: whole tensors, column by column. */
function profileTensors(rows: readonly Row[]): Profile[] {
  const [x, plain, code, flag, word] = FIELDS;
  const numbers = createNumericAccumulator(
    { kind: 'edges', bounds: (x?.layout as { bounds: number[] }).bounds },
    {
      elementType: 'float32',
      missing: [-999],
    },
  );
  numbers.addColumn(
    Float32Array.from(rows, (each) => each.x),
    0,
    1,
    rows.length,
  );
  const plains = createNumericAccumulator(
    { kind: 'exponential', maxBuckets: 160, maxScale: 20 },
    { elementType: plain!.elementType },
  );
  plains.addColumn(
    Float64Array.from(rows, (each) => each.plain),
    0,
    1,
    rows.length,
  );
  const codes = createCategoricalAccumulator(undefined, { elementType: code!.elementType });
  codes.addColumn(
    BigInt64Array.from(rows, (each) => BigInt(each.code)),
    0,
    1,
    rows.length,
  );
  const flags = createCategoricalAccumulator(undefined, { elementType: flag!.elementType });
  flags.addColumn(
    Uint8Array.from(rows, (each) => Number(each.flag)),
    0,
    1,
    rows.length,
  );
  const words = createCategoricalAccumulator(undefined, { missing: word!.missing.map(String) });
  words.addColumn(
    rows.map((each) => each.word),
    0,
    1,
    rows.length,
  );
  return [numbers, plains, codes, flags, words].map((accumulator) => accumulator.take());
}

/** As Python writes them: floats with a point, booleans capitalized, NaN as nothing. */
function toCsv(rows: readonly Row[]): string {
  const number = (value: number) => (Number.isNaN(value) ? '' : String(value));
  const lines = rows.map(({ x, plain, code, flag, word }) =>
    [number(x), number(plain), `${code}.0`, flag ? 'True' : 'False', `"${word.replaceAll('"', '""')}"`].join(','),
  );
  return ['x,plain,code,flag,word', ...lines].join('\n');
}

async function backfill(rows: readonly Row[], rowsPerWindow: number): Promise<WindowProfiles[]> {
  const source = { path: writeScratch('rows.csv', toCsv(rows)), fields: FIELDS };
  const windowing = { kind: 'runs', startMs: 0, windowMs: 3_600_000, rowsPerWindow } as const;
  const survey = await surveyRows(source, windowing, 1000);
  const windows: WindowProfiles[] = [];
  for await (const day of profileDays(source, FIELDS, windowing, survey)) windows.push(...day);
  return windows;
}

test('the same rows count the same, from a CSV file and from tensors', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, run) => {
        const windows = await backfill(rows, run);
        expect(windows.map((window) => window.rows)).toEqual(
          Array.from({ length: Math.ceil(rows.length / run) }, (_, i) => Math.min(run, rows.length - i * run)),
        );
        for (const [i, window] of windows.entries()) {
          const expected = profileTensors(rows.slice(i * run, (i + 1) * run));
          expect(window.profiles.map((profile, field) => profilesEqual(profile!, expected[field]!))).toEqual(
            FIELDS.map(() => true),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('batches of a large file merge to the whole', async () => {
  const rows = fc.sample(row, { numRuns: 10_000, seed: 7 });
  const windows = await backfill(rows, 6000);
  expect(windows.map((window) => window.rows)).toEqual([6000, 4000]);
  const expected = profileTensors(rows);
  for (const [field, profile] of expected.entries()) {
    const merged = mergeProfiles(windows[0]!.profiles[field]!, windows[1]!.profiles[field]!);
    expect(profilesEqual(merged, profile, 1e-3)).toBe(true);
  }
});
