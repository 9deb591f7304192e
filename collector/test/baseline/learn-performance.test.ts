import { describe, expect, it, test } from 'vitest';
import { baselineSchema, type Baseline } from '../../src/api/baseline.ts';
import { modelFileSchema } from '../../src/api/model-file.ts';
import { buildReference } from '../../src/baseline/build-reference.ts';
import { loadReferenceRows } from '../../src/baseline/load-reference-rows.ts';
import type { BaselineKind, Reference } from '../../src/domain/drift/reference.ts';
import { createRandom } from '../../src/domain/drift/significance/random.ts';
import { findBaselineProblems } from '../../src/domain/registry/check-baseline.ts';
import { resolveFields } from '../../src/domain/registry/resolve-fields.ts';
import { toFieldAnswer } from '../../src/registry/version-answer.ts';
import { writeScratch } from '../data-files/scratch.ts';

const MODEL = {
  model: 'loans',
  version: '1',
  task: 'binary',
  time: 'at',
  label: 'defaulted',
  inputs: { income: { type: 'numeric' } },
  outputs: { score: { type: 'numeric', role: 'score', class: 1 }, decision: { type: 'categorical', role: 'label' } },
  segments: ['channel'],
  business: { truePositive: 10, amount: 'amount' },
};

const HOUR_MS = 3_600_000;

/** Rows of a month: labels come after 1 to 3 hours, every tenth row has none; decisions are taken at a score of 0.3. */
function writeRows(rows: number): string {
  const draw = createRandom(4);
  const start = Date.UTC(2026, 0, 1);
  const lines = Array.from({ length: rows }, (_, row) => {
    const score = draw();
    const label = row % 10 === 9 ? '' : draw() < score * score ? 'true' : 'false';
    const at = start + row * 60_000;
    const known = label === '' ? '' : new Date(at + (1 + 2 * draw()) * HOUR_MS).toISOString();
    const channel = row % 4 === 0 ? 'web' : 'app';
    const decision = score >= 0.3 ? '1' : '0';
    const cells = [new Date(at).toISOString(), 100 * draw(), score, decision, channel, 5 + draw(), label, known];
    return cells.join(',');
  });
  const head = 'at,income,score,decision,channel,amount,defaulted,known';
  return writeScratch('rows.csv', [head, ...lines].join('\n'));
}

async function build(changes: object, kind: BaselineKind = 'heldout', rows = 6000): Promise<Reference> {
  const modelFile = modelFileSchema.parse({ ...MODEL, ...changes });
  const fields = resolveFields(modelFile).fields.map(toFieldAnswer);
  const loaded = await loadReferenceRows({
    path: writeRows(rows),
    fields,
    timeColumn: 'at',
    segments: ['channel'],
    record: { label: 'defaulted', labelTime: 'known', amount: 'amount' },
  });
  const chunking = { kind: 'equal', chunks: 6 } as const;
  return buildReference(loaded, { modelFile, fields, kind, chunking });
}

function problemsOf(reference: Reference): string[] {
  const { fields } = resolveFields(modelFileSchema.parse(MODEL));
  return findBaselineProblems(baselineSchema.parse(JSON.parse(JSON.stringify(reference))), fields);
}

test('a baseline with labels knows what to expect, how to estimate, and how late labels are', async () => {
  const reference = await build({});
  const performance = reference.performance!;
  expect(problemsOf(reference)).toEqual([]);
  expect(performance).toMatchObject({ task: 'binary', rows: 5400 });
  expect(performance.labels).toEqual(['0', '1']);
  expect(performance.expected.roc_auc).toMatchObject({ rows: 5400, chunks: 6 });
  expect(Object.keys(performance.unexplained!)).toEqual(expect.arrayContaining(['roc_auc', 'accuracy']));
  expect(Math.abs(performance.unexplained!.accuracy!.value)).toBeLessThan(0.02);
  expect(performance.delaysMs!.length).toBe(101);
  expect(performance.delaysMs![0]).toBeGreaterThan(HOUR_MS);
  expect(performance.delaysMs![100]).toBeLessThan(3 * HOUR_MS);
  expect(performance.expected.business_value!.value).toBeGreaterThan(0);
  if (performance.estimator?.task !== 'binary') throw new Error('the estimator is of another task');
  // Decisions follow a threshold that nobody declared: it is found, and is a bound of the layout.
  const { threshold, map, hasAmounts } = performance.estimator;
  expect(threshold).toBeCloseTo(0.3, 2);
  expect(map.bounds.some((bound) => bound < threshold! && threshold! - bound < 1e-15)).toBe(true);
  expect(map.isFitted).toBe(true);
  expect(hasAmounts).toBe(true);
});

test('segments with enough labels have an estimator of their own', async () => {
  const { segments } = (await build({})).performance!;
  expect(segments.map(({ key, value, rows }) => [key, value, rows])).toEqual([
    ['channel', 'app', 3900],
    ['channel', 'web', 1500],
  ]);
  const few = await build({}, 'heldout', 3000);
  expect(few.performance!.segments.map(({ value }) => value)).toEqual(['app']);
});

test('training rows say nothing of what to expect, and give no estimator', async () => {
  const { performance } = await build({}, 'training');
  expect(performance).toMatchObject({ rows: 5400, expected: {} });
  expect(performance).not.toHaveProperty('estimator');
  expect(performance).not.toHaveProperty('unexplained');
  expect(performance!.segments).toEqual([]);
});

test('too few labels of a class: a warning, and nothing is learned', async () => {
  const reference = await build({ outputs: { score: { type: 'numeric', role: 'score', class: 'never' } } });
  expect(reference).not.toHaveProperty('performance');
  expect(reference.warnings).toContain('performance: 0 of the rarer class; 10 are needed');
});

describe('a baseline is refused where its estimator', () => {
  it.each<[string, (performance: Baseline['performance'] & object) => void, RegExp]>([
    [
      'has a bound that the layout lacks',
      (own) => void mapOf(own).bounds.splice(3, 1, 0.123456),
      /no bound of the layout/,
    ],
    ['has too few cells', (own) => void mapOf(own).probabilities.pop(), /probabilities; \d+ are needed/],
    ['is of an input', (own) => void Object.assign(own.estimator!, { field: 'income' }), /no numeric output/],
    ['is of another task', (own) => void (own.task = 'regression'), /estimator is of a binary model/],
    ['has delays that fall', (own) => void own.delaysMs!.reverse(), /cannot fall/],
  ])('%s', async (_, spoil, problem) => {
    const reference = baselineSchema.parse(JSON.parse(JSON.stringify(await build({}))));
    spoil(reference.performance!);
    expect(problemsOf(reference).join()).toMatch(problem);
  });

  it('is made of training rows', async () => {
    expect(problemsOf({ ...(await build({})), kind: 'training' }).join()).toMatch(/training rows cannot/);
  });

  it('has a probability above 1', async () => {
    const body = JSON.parse(JSON.stringify(await build({}))) as Baseline;
    mapOf(body.performance!).probabilities[0] = 1.5;
    expect(baselineSchema.safeParse(body).success).toBe(false);
  });
});

function mapOf({ estimator }: Baseline['performance'] & object) {
  if (estimator?.task !== 'binary') throw new Error('the estimator is of another task');
  return estimator.map;
}
