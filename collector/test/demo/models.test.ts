import { readFileSync, statSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { locateModelFiles } from '../../src/demo/model-files.ts';
import { createSimulator } from '../../src/demo/simulator.ts';
import type { Batch } from '../../src/demo/simulator.ts';
import { trainingLines } from '../../src/demo/training/export.ts';
import { MODEL_NAMES } from '../../src/demo/world.ts';
import type { ModelName } from '../../src/demo/world.ts';
import { parseModelFile, readModelYaml } from '../../src/registry/parse-model-file.ts';

const start = new Date('2026-06-01T00:00:00Z');

function describeModel(model: ModelName) {
  return parseModelFile(readModelYaml(readFileSync(locateModelFiles(model).description, 'utf8')));
}

async function openSession(model: ModelName): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(locateModelFiles(model).onnx, { intraOpNumThreads: 1 });
}

function toFeeds({ tensors }: Pick<Batch, 'tensors'>): Record<string, ort.Tensor> {
  const toTensor = ({ type, data, dims }: Batch['tensors'][string]) => new ort.Tensor(type, data, dims);
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toTensor(tensor)]));
}

/** Scores of a row each: the probability of class 1, or the value. */
async function score(model: ModelName, batch: Pick<Batch, 'tensors'>): Promise<number[]> {
  const session = await openSession(model);
  const results = await session.run(toFeeds(batch));
  const declared = describeModel(model).outputs[0]!;
  const tensor = results[declared.tensor ?? declared.name]!;
  const width = tensor.dims[1] ?? 1;
  const data = tensor.data as Float32Array;
  return Array.from({ length: tensor.dims[0]! }, (_, i) => data[i * width + (declared.column ?? 0)]!);
}

/** Share of (positive, negative) pairs in the right order, by definition: pairs counted through sorted negatives. */
function areaUnderRoc(scores: readonly number[], labels: Float64Array): number {
  const negatives = scores.filter((_, i) => labels[i] === 0).sort((a, b) => a - b);
  const positives = scores.filter((_, i) => labels[i] === 1);
  const countBelow = (score: number, orEqual: boolean) => {
    let [low, high] = [0, negatives.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (negatives[middle]! < score || (orEqual && negatives[middle] === score)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const wins = positives.map((score) => (countBelow(score, false) + countBelow(score, true)) / 2);
  return wins.reduce((sum, count) => sum + count, 0) / positives.length / negatives.length;
}

describe.each(MODEL_NAMES)('model %s', (model) => {
  const simulator = createSimulator({ seed: 3, model, start });

  it('is described by a model file that passes the check and agrees with the simulator and the ONNX file', async () => {
    const file = describeModel(model);
    const session = await openSession(model);
    expect(file.model).toBe(model);
    expect(file.inputs.length).toBeGreaterThanOrEqual(15);
    expect(file.label).toBe(simulator.world.label);
    expect(file.time).toBe(simulator.world.time);
    expect(file.segments).toEqual(simulator.world.segment === undefined ? [] : [simulator.world.segment.key]);
    const declared = file.inputs.map(({ name, tensor = name, type, dtype }) => ({ name, tensor, type: dtype ?? type }));
    const simulated = simulator.world.fields.map((field) => ({
      ...field,
      type: field.type === 'string' ? 'categorical' : field.type,
    }));
    expect(declared).toEqual(simulated);
    expect(session.inputNames.toSorted()).toEqual([...new Set(simulated.map((field) => field.tensor))].toSorted());
    for (const output of file.outputs) expect(session.outputNames).toContain(output.tensor);
  });

  it('is small', () => {
    expect(statSync(locateModelFiles(model).onnx).size).toBeLessThan(500_000);
  });

  it('runs on every batch of a faulty day and answers finite numbers', async () => {
    const session = await openSession(model);
    const days = [1, ...simulator.incidents.map((incident) => Math.floor(incident.fromHour / 24) + 1)];
    for (const day of days) {
      for (const batch of simulator.hour(day * 24 + 12)) {
        const results = await session.run(toFeeds(batch));
        for (const tensor of Object.values(results)) {
          expect(tensor.dims[0]).toBe(batch.rowCount);
          expect(Array.from(tensor.data as ArrayLike<number | bigint>, Number).every(Number.isFinite)).toBe(true);
        }
      }
    }
  });

  it('keeps its declared bounds in the reference', () => {
    const file = describeModel(model);
    for (const row of simulator.reference(5_000).rows()) {
      for (const { name, min = -Infinity, max = Infinity } of file.inputs) {
        const value = row[name];
        if (typeof value === 'number') expect(value >= min && value <= max, `${name} = ${value}`).toBe(true);
      }
    }
  });

  it('predicts people whom it has not been trained on better than a constant', async () => {
    const reference = simulator.reference();
    const scores = await score(model, reference);
    if (model === 'income') {
      const mean = reference.labels.reduce((sum, label) => sum + label, 0) / reference.rowCount;
      const unexplained = reference.labels.reduce((sum, label, i) => sum + (label - scores[i]!) ** 2, 0);
      const total = reference.labels.reduce((sum, label) => sum + (label - mean) ** 2, 0);
      expect(1 - unexplained / total).toBeGreaterThan(0.7);
    } else {
      expect(areaUnderRoc(scores, reference.labels)).toBeGreaterThan(0.8);
      // Calibrated too: the mean score is the rate of the label, within a few standard errors.
      const meanScore = scores.reduce((sum, value) => sum + value, 0) / scores.length;
      const rate = reference.labels.reduce((sum, label) => sum + label, 0) / reference.rowCount;
      expect(Math.abs(meanScore - rate)).toBeLessThan(5 * Math.sqrt(rate / reference.rowCount) + 0.05 * rate);
    }
  });

  it('exports training rows as CSV: heading, fields in order, label last', () => {
    const [heading, ...lines] = trainingLines(model, 300);
    const columns = [...simulator.world.fields.map((field) => field.name), simulator.world.label];
    expect(heading).toBe(columns.join(','));
    expect(lines.length).toBeGreaterThan(200);
    for (const line of lines) expect(line.split(',')).toHaveLength(columns.length);
    expect([...trainingLines(model, 300)].slice(1)).toEqual(lines);
  });
});
