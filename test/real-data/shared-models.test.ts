import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createAgent } from '@prumo/agent';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeCollector } from '../../agent/test/export/fake-collector.ts';
import type { DriftRow } from '../../collector/src/api/drift.ts';
import { startServe, type ServedCollector } from '../end-to-end/prumo-process.ts';
import { makeScratchFolder } from '../end-to-end/scratch-folder.ts';
import { SHARED_MODELS, type SharedModel } from './shared-model-files.ts';

const MODELS = path.resolve(import.meta.dirname, '../../../shared/models');
const isThere = existsSync(MODELS);
if (!isThere) process.stderr.write(`skipped: the shared models are absent (${MODELS})\n`);

const START_MS = Date.UTC(2024, 4, 6, 9);
const HOUR_MS = 3_600_000;

type Feeds = Record<string, Tensor>;

interface TensorText {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: readonly (number | string)[];
}

interface Verification {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, TensorText>>;
  readonly expected: Readonly<Record<string, TensorText>>;
}

function readVerification({ file }: SharedModel): Verification {
  return JSON.parse(gunzipSync(readFileSync(path.join(MODELS, `verify/${file}.json.gz`))).toString()) as Verification;
}

function toTensor({ type, dims, data }: TensorText): Tensor {
  const values = type === 'int64' ? BigInt64Array.from(data.map((value) => BigInt(value))) : data;
  return new Tensor(type as 'float32', values as number[], dims);
}

/** The rows of the inputs with a column per field. */
function toCsv(model: SharedModel, { rows, inputs }: Verification): string {
  const used = new Map<string, number>();
  const columns = Object.entries(model.inputs).map(([name, { tensor = name }]) => {
    const { dims, data } = inputs[String(tensor)] as TensorText;
    const column = used.get(String(tensor)) ?? 0;
    used.set(String(tensor), column + 1);
    return Array.from({ length: rows }, (_, row) => data[row * (dims[1] ?? 1) + column]);
  });
  const lines = Array.from({ length: rows }, (_, row) => columns.map((column) => column[row]).join(','));
  return [Object.keys(model.inputs).join(','), ...lines].join('\n');
}

/** A session that remembers the object which it answered last. */
async function openSession(file: string): Promise<{ session: InferenceSession; last: () => unknown }> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const run = session.run.bind(session) as (...args: unknown[]) => Promise<InferenceSession.ReturnType>;
  let last: unknown;
  session.run = async (...args: unknown[]) => {
    const answer = await run(...args);
    last = answer;
    return answer;
  };
  return { session, last: () => last };
}

function expectSameTensors(outputs: InferenceSession.ReturnType, bare: InferenceSession.ReturnType): void {
  expect(Object.keys(outputs)).toEqual(Object.keys(bare));
  for (const name of Object.keys(bare)) {
    expect(outputs[name]).toMatchObject({ type: bare[name]?.type, dims: bare[name]?.dims });
    expect(outputs[name]?.data).toEqual(bare[name]?.data);
  }
}

describe.skipIf(!isThere)('models trained on real streams', () => {
  const scratch = makeScratchFolder();
  let collector: ServedCollector;

  beforeAll(async () => {
    collector = await startServe(path.join(scratch.folder, 'data'));
  }, 60_000);

  afterAll(async () => {
    await collector.stop();
    await scratch.remove();
  });

  it('are all described here', () => {
    const files = readdirSync(MODELS).filter((name) => name.endsWith('.onnx'));
    const described = Object.values(SHARED_MODELS).map(({ file }) => `${file}.onnx`);
    expect(described.toSorted()).toEqual(files.toSorted());
  });

  it.each(Object.entries(SHARED_MODELS))(
    '%s: the answers are the bare session’s, and every row is in every field, the same as in the baseline',
    async (name, model) => {
      const onnx = path.join(MODELS, `${model.file}.onnx`);
      const verification = readVerification(model);
      const write = async (file: string, text: string): Promise<string> => {
        await writeFile(path.join(scratch.folder, file), text);
        return path.join(scratch.folder, file);
      };
      const { task, inputs, outputs } = model;
      const described = { model: name, version: '1', task, inputs, outputs, windows: { drift: '1h' } };
      const modelFile = await write(`${name}.yaml`, JSON.stringify(described));
      await collector.ask('model', 'register', modelFile, '--onnx', onnx);
      const rowsFile = await write(`${name}.csv`, toCsv(model, verification));
      await collector.ask('baseline', '--model', name, '--version', '1', '--onnx', onnx, rowsFile);

      const clock = { nowMs: START_MS };
      const agent = createAgent({ endpoint: collector.url, now: () => clock.nowMs, timeoutMs: 60_000 });
      const { session, last } = await openSession(onnx);
      const watched = agent.watch(session, { model: name, onnx });
      expect(await agent.ready({ timeoutMs: 30_000 })).toBe(true);
      const feeds = Object.fromEntries(
        Object.entries(verification.inputs).map(([tensor, text]) => [tensor, toTensor(text)]),
      );
      const answer = await watched.run(feeds);
      expect(answer).toBe(last());
      expectSameTensors(answer, await session.run(feeds));
      expectAsTrained(answer, verification);
      clock.nowMs += HOUR_MS;
      await agent.shutdown();
      expect(agent.stats()).toMatchObject({ rows: verification.rows, queuedBatches: 0, dropped: {} });

      expect((await fetch(`${collector.url}/v1/models/${name}/judge`, { method: 'POST' })).status).toBe(200);
      const verdicts = await collector.ask<DriftRow[]>('drift', '--model', name);
      const fields = [...Object.keys(inputs), ...Object.keys(outputs)];
      expect(verdicts.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
      const all = { rows: verification.rows, profiled: verification.rows, missing: 0, invalid: 0, unseen: 0 };
      for (const verdict of verdicts) {
        expect(verdict, verdict.field).toMatchObject({ ...all, outOfRange: 0, verdict: 'ok' });
        expect(verdict.statistics['js'], verdict.field).toBe(0);
        expect(verdict.statistics['psi'], verdict.field).toBe(0);
      }
    },
    120_000,
  );
});

/** Compares answers with what scikit-learn gave: labels to all but one row in 200, numbers to float32's six digits. */
function expectAsTrained(answer: InferenceSession.ReturnType, { expected }: Verification): void {
  for (const [name, { type, data }] of Object.entries(expected)) {
    const own = Array.from((answer[name]?.data ?? []) as ArrayLike<unknown>);
    expect(own).toHaveLength(data.length);
    const isNumber = type.startsWith('float');
    const differing = own.filter((value, i) =>
      isNumber
        ? Math.abs(Number(value) - Number(data[i])) > 1e-4 * Math.max(1, Math.abs(Number(data[i])))
        : String(value) !== String(data[i]),
    );
    expect(differing.length, `${name} differs from scikit-learn`).toBeLessThanOrEqual(data.length / 200);
  }
}

interface ThirdParty {
  readonly feeds: () => Feeds;
  readonly fetches?: string[];
  readonly rows: number;
  /** Inputs, then outputs. */
  readonly fields: string[];
  readonly dropped?: Readonly<Record<string, number>>;
}

function floats(...dims: number[]): Tensor {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return new Tensor(
    'float32',
    Float32Array.from({ length }, (_, i) => Math.sin(i)),
    dims,
  );
}

function integers(...dims: number[]): Tensor {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return new Tensor(
    'int32',
    Int32Array.from({ length }, (_, i) => i),
    dims,
  );
}

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}_${i}`);
const rowStatistics = (name: string): string[] =>
  ['norm', 'mean', 'std', 'min', 'max'].map((what) => `${name}.${what}`);

const THIRD_PARTY: Readonly<Record<string, ThirdParty>> = {
  'rh_fraud.onnx': {
    feeds: () => ({ dense_input: floats(4, 5) }),
    rows: 4,
    fields: [...numbered('dense_input', 5), 'dense_3'],
  },
  'winml_mnist.onnx': {
    feeds: () => ({ Input3: floats(1, 1, 28, 28) }),
    rows: 1,
    fields: [...rowStatistics('Input3'), ...numbered('Plus214_Output_0', 10)],
  },
  'yalue_sklearn_randomforest.onnx': {
    feeds: () => ({ X: floats(3, 4) }),
    fetches: ['output_label'],
    rows: 3,
    fields: [...numbered('X', 4), 'output_label'],
  },
  'yalue_example_multitype.onnx': {
    feeds: () => ({
      InputA: new Tensor('uint8', Uint8Array.of(2), [1, 1, 1]),
      InputB: new Tensor('float64', Float64Array.of(1, 2, 3, 4), [1, 2, 2]),
    }),
    rows: 1,
    fields: ['InputA', 'InputB', 'OutputA', 'OutputB'].flatMap(rowStatistics),
  },
  'yalue_example_dynamic_axes.onnx': {
    feeds: () => ({ input_vectors: floats(3, 10) }),
    rows: 3,
    fields: [...numbered('input_vectors', 10), 'output_scalars'],
  },
  'onnx_strnorm_model_nostopwords_nochangecase.onnx': {
    feeds: () => ({ x: new Tensor('string', ['monday', 'tuesday'], [2]) }),
    rows: 2,
    fields: ['x', 'y'],
  },
  'genai_tiny_gpt2_fp32.onnx': {
    feeds: () => ({
      input_ids: integers(1, 4),
      position_ids: integers(1, 4),
      attention_mask: integers(1, 4),
      ...Object.fromEntries(numbered('past', 5).map((name) => [name, floats(2, 1, 4, 0, 8)])),
    }),
    rows: 1,
    fields: [
      ...['input_ids', 'position_ids', 'attention_mask'].flatMap((name) => numbered(name, 4)),
      ...rowStatistics('logits'),
    ],
    // The caches have no dimension of rows.
    dropped: { row_mismatch: 5 },
  },
};

/** Its element type is none that onnxruntime-node knows. */
const REFUSED = 'yalue_example_float16.onnx';

describe.skipIf(!isThere)('models of other projects', () => {
  const folder = path.join(MODELS, 'third-party');

  it('are all described here', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
    expect([...Object.keys(THIRD_PARTY), REFUSED].toSorted()).toEqual(files.toSorted());
  });

  it.each(Object.entries(THIRD_PARTY))(
    '%s runs watched as it runs bare, and its fields are profiled',
    async (name, model) => {
      const collector = await startFakeCollector();
      const clock = { nowMs: START_MS };
      const agent = createAgent({ endpoint: collector.url, now: () => clock.nowMs });
      const onnx = path.join(folder, name);
      const { session, last } = await openSession(onnx);
      const watched = agent.watch(session, { model: 'third-party', version: '1', onnx });
      const run = (one: InferenceSession): Promise<InferenceSession.ReturnType> =>
        model.fetches === undefined ? one.run(model.feeds()) : one.run(model.feeds(), model.fetches);
      const answer = await run(watched);
      expect(answer).toBe(last());
      expectSameTensors(answer, await run(session));
      clock.nowMs += HOUR_MS;
      await agent.shutdown();
      const rows = new Map<string, number>();
      for (const { metric, attributes, count, value } of collector.points()) {
        const field = attributes['ml.field.name'];
        if (field !== undefined)
          rows.set(field, (rows.get(field) ?? 0) + (metric === 'ml.field.value' ? count : value));
      }
      await collector.close();
      expect([...rows.keys()].toSorted()).toEqual(model.fields.toSorted());
      expect(new Set(rows.values())).toEqual(new Set([model.rows]));
      expect(agent.stats()).toMatchObject({ rows: model.rows, dropped: model.dropped ?? {} });
    },
  );

  it('an error of the model passes through a watched session untouched', async () => {
    const onnx = path.join(folder, 'yalue_sklearn_randomforest.onnx');
    const session = await InferenceSession.create(onnx);
    const agent = createAgent({ endpoint: 'http://127.0.0.1:1', now: () => START_MS, timeoutMs: 200 });
    const watched = agent.watch(session, { model: 'third-party', version: '1', onnx });
    const feeds = { X: floats(3, 4) };
    const messageOf = (run: Promise<unknown>): Promise<unknown> => run.catch((error: unknown) => String(error));
    const bare = await messageOf(session.run(feeds));
    expect(bare).toContain('Non tensor type is temporarily not supported');
    expect(await messageOf(watched.run(feeds))).toBe(bare);
    await agent.shutdown();
  });

  it(`${REFUSED} is refused by onnxruntime, as its README says`, async () => {
    await expect(InferenceSession.create(path.join(folder, REFUSED), { logSeverityLevel: 4 })).rejects.toThrow(
      /Unsupported data type: 16/,
    );
  });
});
