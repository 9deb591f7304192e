import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createAgent, type Agent } from '@prumo/agent';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PerformanceRow } from '../../collector/src/api/performance.ts';
import { createRandom } from '../../collector/src/demo/random.ts';
import { openEmbeddedStore } from '../../collector/src/store/embedded.ts';
import { startServe, type ServedCollector } from './prumo-process.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const ONNX = path.join(import.meta.dirname, 'known-weights/known-weights.onnx');
const FIELDS = ['salary', 'hours', 'rate', 'usage', 'noise'];
const MEANS = [3000, 40, 2, 50, 0];
const PLANS = ['basic', 'plus', 'gold'];
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 5);
const HOURS = 3;
const ROWS_PER_HOUR = 400;
/** Batches of many sizes, of one segment each. */
const BATCH_SIZES = [1, 7, 32, 360];

const MODEL_FILE = `
model: known-weights
version: "1"
task: regression
id: contract
time: at
label: paid
inputs:
${FIELDS.map((name) => `  ${name}: { type: numeric, tensor: features }`).join('\n')}
  plan: { type: categorical }
outputs:
  price: { type: numeric, role: value }
segments: [channel]
windows: { drift: 1h, performance: 1h }
labels: { horizon: 1d }
`;

interface Served {
  readonly id: string;
  readonly hour: number;
  readonly price: number;
  readonly paid: number;
}

describe('rows that a watched session served, and their labels', () => {
  const scratch = makeScratchFolder();
  const random = createRandom(3, 'served-rows');
  let collector: ServedCollector;
  let agent: Agent;
  const served: Served[] = [];

  /** Rows as tensors. */
  const drawBatch = (rows: number): Record<string, Tensor> => {
    const features = Float32Array.from({ length: rows * FIELDS.length }, (_, i) => {
      const mean = MEANS[i % FIELDS.length] ?? 0;
      return mean + (1 + mean / 10) * random.normal();
    });
    const plans = Array.from({ length: rows }, () => PLANS[Math.floor(random.uniform() * PLANS.length)] ?? '');
    return {
      features: new Tensor('float32', features, [rows, FIELDS.length]),
      plan: new Tensor('string', plans, [rows, 1]),
    };
  };

  beforeAll(async () => {
    collector = await startServe(scratch.folder);
    const file = path.join(scratch.folder, 'prumo.model.yaml');
    await writeFile(file, MODEL_FILE);
    await collector.ask('model', 'register', file, '--onnx', ONNX);
    const session = await InferenceSession.create(ONNX, { intraOpNumThreads: 1 });
    const clock = { nowMs: START_MS };
    agent = createAgent({
      endpoint: collector.url,
      now: () => clock.nowMs,
      predictions: { inputs: 1, exclude: ['noise'], hash: ['plan'], hashKey: 'a key of the tests' },
    });
    const watched = agent.watch(session, { model: 'known-weights', onnx: ONNX });
    await agent.ready({ timeoutMs: 30_000 });
    for (let hour = 0; hour < HOURS; hour++) {
      for (const [batch, size] of BATCH_SIZES.entries()) {
        const ids = Array.from({ length: size }, (_, row) => `contract-${hour}-${batch}-${row}`);
        const context = { ids, segment: { channel: batch % 2 === 0 ? 'app' : 'web' } };
        const { price } = await watched.with(context).run(drawBatch(size));
        ids.forEach((id, row) => {
          const value = Number(price?.data[row]);
          // From the third hour on everybody pays less than the price.
          served.push({ id, hour, price: value, paid: value + random.normal() - (hour < 2 ? 0 : 5) });
        });
      }
      clock.nowMs += HOUR_MS;
      await agent.flush();
    }
    await agent.shutdown();
  }, 120_000);

  afterAll(() => scratch.remove());

  it('come to the collector, none lost', () => {
    expect(served).toHaveLength(HOURS * ROWS_PER_HOUR);
    expect(agent.stats()).toMatchObject({ sentPredictions: served.length, queuedPredictions: 0, dropped: {} });
  });

  it('are measured by their labels, exactly', async () => {
    const file = path.join(scratch.folder, 'paid.csv');
    const lines = served.map(({ id, paid }) => `${id},${paid}`);
    await writeFile(file, ['prediction_id,label', ...lines].join('\n'));
    await collector.ask('labels', 'import', file, '--model', 'known-weights');
    const rows = await collector.ask<PerformanceRow[]>('performance', '--model', 'known-weights', '--kind', 'realized');
    expect(rows.map(({ labels, rows: count, coverage }) => [labels, count, coverage])).toEqual(
      Array.from({ length: HOURS }, (): number[] => [ROWS_PER_HOUR, ROWS_PER_HOUR, 1]),
    );
    for (const [hour, { metrics }] of rows.entries()) {
      const errors = served.filter((row) => row.hour === hour).map(({ price, paid }) => price - paid);
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(metrics.rmse?.value).toBeCloseTo(Math.sqrt(mean(errors.map((error) => error ** 2))), 9);
      expect(metrics.mae?.value).toBeCloseTo(mean(errors.map(Math.abs)), 9);
      expect(metrics.bias?.value).toBeCloseTo(mean(errors), 9);
    }
  });

  it('are measured by segment too', async () => {
    const words = ['--model', 'known-weights', '--kind', 'realized', '--by', 'channel'];
    const rows = await collector.ask<PerformanceRow[]>('performance', ...words);
    const labels = Object.fromEntries(
      rows.map(({ segment, labels: count }) => [segment.channel ?? '', count] as const),
    );
    expect(labels).toEqual({ app: HOURS * (1 + 32), web: HOURS * (7 + 360) });
  });

  it('keep to themselves what was excluded or hashed', async () => {
    await collector.stop();
    const store = await openEmbeddedStore({ path: path.join(scratch.folder, 'clickhouse') });
    const period = { from: new Date(START_MS), to: new Date(START_MS + HOURS * HOUR_MS) };
    const rows = await store.readPredictions({ model: 'known-weights', ...period });
    await store.close();
    expect(rows).toHaveLength(served.length);
    const inputs = rows.map((row) => JSON.parse(row.inputs) as Record<string, unknown>);
    const kept = ['hours', 'plan', 'rate', 'salary', 'usage'];
    expect(inputs.every((own) => Object.keys(own).toSorted().join() === kept.join())).toBe(true);
    const plans = new Set(inputs.map(({ plan }) => plan));
    expect(plans.size).toBe(PLANS.length);
    expect([...plans].every((plan) => /^[0-9a-f]{32}$/.test(String(plan)))).toBe(true);
  });
});
