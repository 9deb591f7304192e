import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { createIdentitySession, HOUR_MS, startWorld } from './watched-world.ts';

const MODELS = path.resolve(import.meta.dirname, '../../../../shared/models');
const isThere = existsSync(MODELS);
if (!isThere) process.stderr.write(`skipped: real models are absent (${MODELS})\n`);

interface Feed {
  readonly type: ort.Tensor.Type;
  readonly dims: readonly number[];
  readonly data: readonly (number | string | boolean)[];
}

/** Inputs and dims of models of other projects; those that take no run are checked to load. */
const THIRD_PARTY: Record<string, { feeds: Record<string, Omit<Feed, 'data'>>; fetches?: string[] }> = {
  'rh_fraud.onnx': { feeds: { dense_input: { type: 'float32', dims: [4, 5] } } },
  'winml_mnist.onnx': { feeds: { Input3: { type: 'float32', dims: [1, 1, 28, 28] } } },
  'yalue_sklearn_randomforest.onnx': { feeds: { X: { type: 'float32', dims: [3, 4] } }, fetches: ['output_label'] },
  'yalue_example_dynamic_axes.onnx': { feeds: { input_vectors: { type: 'float32', dims: [3, 10] } } },
  'onnx_strnorm_model_nostopwords_nochangecase.onnx': { feeds: { x: { type: 'string', dims: [2] } } },
  'genai_tiny_gpt2_fp32.onnx': {
    feeds: {
      input_ids: { type: 'int32', dims: [1, 4] },
      position_ids: { type: 'int32', dims: [1, 4] },
      attention_mask: { type: 'int32', dims: [1, 4] },
      ...Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`past_${i}`, { type: 'float32', dims: [2, 1, 4, 0, 8] }])),
    },
  },
};

test
  .runIf(isThere)
  .each(['bike_gbr', 'car_loan_gbt', 'car_price_gbt', 'credit_card_rf', 'credit_taiwan_logreg', 'elec2_mlp'])(
  '%s: outputs are those of the bare session, every row is in every field',
  async (name) => {
    const verify = JSON.parse(gunzipSync(readFileSync(path.join(MODELS, `verify/${name}.json.gz`))).toString()) as {
      rows: number;
      inputs: Record<string, Feed>;
    };
    const file = path.join(MODELS, `${name}.onnx`);
    const feeds = Object.fromEntries(Object.entries(verify.inputs).map(([key, feed]) => [key, tensorOf(feed)]));
    const points = await compare(file, feeds);
    const rows = new Map<string, number>();
    for (const { metric, attributes, count, value } of points) {
      if (!metric.startsWith('ml.field.')) continue;
      const field = `${attributes['ml.field.role']} ${attributes['ml.field.name']}`;
      rows.set(field, (rows.get(field) ?? 0) + (metric === 'ml.field.value' ? count : value));
    }
    expect(rows.size).toBeGreaterThan(Object.keys(feeds).length);
    expect([...new Set(rows.values())]).toEqual([verify.rows]);
  },
);

test.runIf(isThere).each(Object.entries(THIRD_PARTY))(
  '%s loads, runs and is profiled',
  async (name, { feeds, fetches }) => {
    const tensors = Object.fromEntries(Object.entries(feeds).map(([key, feed]) => [key, tensorOf(fill(feed))]));
    const points = await compare(path.join(MODELS, 'third-party', name), tensors, fetches);
    expect(points.some(({ metric }) => metric.startsWith('ml.field.'))).toBe(true);
  },
);

/** Runs a model bare and watched, on the same rows; gives the points of the watched run. */
async function compare(file: string, feeds: Record<string, ort.Tensor>, fetches?: string[]) {
  const world = await startWorld();
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const agent = world.startAgent();
  const watched = agent.watch(session, { model: 'm', onnx: file });
  const bare = await (fetches ? session.run(feeds, fetches) : session.run(feeds));
  const outputs = await (fetches ? watched.run(feeds, fetches) : watched.run(feeds));
  expect(Object.keys(outputs)).toEqual(Object.keys(bare));
  for (const key of Object.keys(bare)) {
    expect(outputs[key]?.dims).toEqual(bare[key]?.dims);
    expect(outputs[key]?.data).toEqual(bare[key]?.data);
  }
  world.clock.ms += HOUR_MS;
  await agent.flush();
  return world.collector.points();
}

function fill({ type, dims }: Omit<Feed, 'data'>): Feed {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return { type, dims, data: Array.from({ length }, (_, i) => (type === 'string' ? `text ${i}` : i % 3)) };
}

function tensorOf({ type, dims, data }: Feed): ort.Tensor {
  const values = type === 'int64' ? BigInt64Array.from(data.map((value) => BigInt(value))) : data;
  return new ort.Tensor(type as 'float32', values as number[], dims);
}

test('an identity model made for tests runs as ONNX Runtime says', async () => {
  const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n', 2] });
  expect(session.inputMetadata).toEqual([{ name: 'x', isTensor: true, type: 'float32', shape: ['n', 2] }]);
});
