import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { baselineSchema } from '../../src/api/baseline.ts';
import { buildReference } from '../../src/baseline/build-reference.ts';
import { loadReferenceRows } from '../../src/baseline/load-reference-rows.ts';
import { createOnnxScorer } from '../../src/baseline/onnx-scorer.ts';
import { locateModelFiles } from '../../src/demo/model-files.ts';
import { createSimulator } from '../../src/demo/simulator.ts';
import { findBaselineProblems } from '../../src/domain/registry/check-baseline.ts';
import { resolveFields } from '../../src/domain/registry/resolve-fields.ts';
import { toFieldAnswer } from '../../src/registry/version-answer.ts';
import { readOnnxFile } from '../../src/registry/onnx-file.ts';
import { parseModelFile, readModelYaml } from '../../src/registry/parse-model-file.ts';
import { writeScratch } from '../data-files/scratch.ts';

type ModelName = 'credit-default' | 'income';

function loadModel(model: ModelName) {
  const files = locateModelFiles(model);
  const onnx = readFileSync(files.onnx);
  const modelFile = parseModelFile(readModelYaml(readFileSync(files.description, 'utf8')));
  const { fields, problems } = resolveFields(modelFile, { ...readOnnxFile(onnx), sha256: '', sizeBytes: onnx.length });
  expect(problems).toEqual([]);
  return { onnx, modelFile, fields: fields.map(toFieldAnswer), declared: fields };
}

/** Simulated reference rows as NDJSON. */
function writeRows(model: ModelName, rows: number): string {
  const simulator = createSimulator({ model, seed: 3, start: new Date('2026-06-01T00:00:00Z') });
  const lines = Array.from(simulator.reference(rows).rows(), (each) => JSON.stringify(each));
  return writeScratch('rows.ndjson', lines.join('\n'));
}

describe.each(['credit-default', 'income'] as const)('baseline of %s', (model) => {
  test('scores are those of the bare session; every input has a response; the collector accepts it', async () => {
    const { onnx, modelFile, fields, declared } = loadModel(model);
    const scorer = await createOnnxScorer(onnx, fields);
    const rows = await loadReferenceRows({ path: writeRows(model, 600), fields, scorer });
    const reference = await buildReference(rows, {
      modelFile,
      fields,
      kind: 'heldout',
      chunking: { kind: 'equal', chunks: 5 },
      scorer,
    });
    await scorer.close();
    expect(findBaselineProblems(baselineSchema.parse(JSON.parse(JSON.stringify(reference))), declared)).toEqual([]);
    expect(reference.fields.map(({ name }) => name)).toEqual(fields.map(({ name }) => name));
    expect(reference.chunkRows.length).toBe(5);
    for (const field of reference.fields) {
      expect(field.chunks.reduce((sum, chunk) => sum + chunk.rows, 0)).toBe(reference.rows);
      expect(field.response?.method).toBe(field.role === 'input' ? 'response' : 'association');
    }
    await expectScoresOfSession(model, onnx, rows.columns);
  });
});

/** Runs one row at a time in a session of the test's own, its feeds written out by hand. */
async function expectScoresOfSession(
  model: ModelName,
  onnx: Uint8Array,
  columns: ReadonlyMap<string, { readonly values: ArrayLike<unknown> }>,
): Promise<void> {
  const session = await ort.InferenceSession.create(onnx);
  const { fields } = loadModel(model);
  const inputs = fields.filter(({ role }) => role === 'input');
  const score = fields.find(({ role, type }) => role === 'output' && type === 'numeric')!;
  for (const row of [0, 17, 400]) {
    const feeds: Record<string, ort.Tensor> = {};
    for (const [tensor, own] of Map.groupBy(inputs, (field) => field.tensor)) {
      const values = own.map(({ name }) => columns.get(name)?.values[row]);
      const type = own[0]!.elementType;
      if (type === 'string') feeds[tensor] = new ort.Tensor('string', values.map(String), [1, own.length]);
      else if (type === 'int64') {
        feeds[tensor] = new ort.Tensor(
          'int64',
          BigInt64Array.from(values, (value) => BigInt(Number(value))),
          [1, own.length],
        );
      } else feeds[tensor] = new ort.Tensor('float32', Float32Array.from(values, Number), [1, own.length]);
    }
    const output = (await session.run(feeds, [score.tensor]))[score.tensor]!;
    // Trees are added up in another order in a batch than in one row: the last bit of a float32 may differ.
    const expected = Number(output.data[score.column ?? 0]);
    expect(Math.abs(Number(columns.get(score.name)?.values[row]) - expected)).toBeLessThanOrEqual(
      Math.abs(expected) * 2 ** -22,
    );
  }
  await session.release();
}

test('the response is the mean prediction with the field set to the value', async () => {
  const { onnx, modelFile, fields } = loadModel('income');
  const scorer = await createOnnxScorer(onnx, fields);
  const rows = await loadReferenceRows({ path: writeRows('income', 300), fields, scorer });
  const settings = { modelFile, fields, kind: 'heldout', chunking: { kind: 'equal', chunks: 3 }, scorer } as const;
  const reference = await buildReference(rows, settings);
  const occupation = reference.fields.find(({ name }) => name === 'occupation')!;
  const categories = occupation.layout.kind === 'categories' ? occupation.layout.categories : [];
  for (const [index, category] of categories.slice(0, 3).entries()) {
    const values = new Array<string>(rows.rowCount).fill(category);
    const changed = new Map(rows.columns).set('occupation', { type: 'categorical', values });
    const scores = (await scorer.score(changed, rows.rowCount)).get('estimate')!.values as Float64Array;
    const mean = scores.reduce((sum, score) => sum + score, 0) / rows.rowCount;
    expect(occupation.response?.cells[String(index)]).toBeCloseTo(mean, 6);
  }
  await scorer.close();
});

test('without a model, responses go by association with the predictions in the data', async () => {
  const { modelFile, fields } = loadModel('income');
  const source = writeRows('income', 200);
  const text = readFileSync(source, 'utf8').split('\n');
  const lines = text.map((line, i) => JSON.stringify({ ...(JSON.parse(line) as object), estimate: i }));
  const rows = await loadReferenceRows({ path: writeScratch('scored.ndjson', lines.join('\n')), fields });
  const reference = await buildReference(rows, {
    modelFile,
    fields,
    kind: 'training',
    chunking: { kind: 'equal', chunks: 2 },
  });
  expect(reference.kind).toBe('training');
  expect(new Set(reference.fields.map(({ response }) => response?.method))).toEqual(new Set(['association']));
  expect(reference.scoreRange?.low).toBeGreaterThanOrEqual(0);
  expect(reference.scoreRange?.high).toBeLessThan(lines.length);
});
