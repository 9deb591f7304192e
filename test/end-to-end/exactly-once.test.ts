import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createAgent } from '@prumo/agent';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityModel } from '../../agent/test/watch/tiny-onnx.ts';
import type { DistributionAnswer } from '../../collector/src/api/distribution.ts';
import type { DriftRow } from '../../collector/src/api/drift.ts';
import { deliver, startRelay, type RecordedExport } from './export-relay.ts';
import { startServe, type ServedCollector } from './prumo-process.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 2, 4);
const HOURS = 12;
const ROWS_PER_HOUR = 250;

const MODEL_FILE = `
model: twice
version: "1"
task: regression
inputs:
  amount: { type: numeric }
  kind: { type: categorical }
windows: { drift: 1h }
`;

const onnx = identityModel(
  { name: 'amount', type: 'float32', shape: ['n', 1] },
  { name: 'kind', type: 'string', shape: ['n', 1] },
);

const amountOf = (i: number): number => Math.abs(Math.sin(i) * 100);
const kindOf = (i: number): string => ['card', 'cash', 'transfer'][i % 3] ?? '';

/** Runs 12 hours of rows through a watched session whose agent sends to `url`. */
async function runTraffic(url: string): Promise<void> {
  const clock = { nowMs: START_MS };
  const agent = createAgent({ endpoint: url, now: () => clock.nowMs, timeoutMs: 60_000 });
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
  const watched = agent.watch(session, { model: 'twice', onnx });
  expect(await agent.ready({ timeoutMs: 30_000 })).toBe(true);
  for (let hour = 0; hour < HOURS; hour++) {
    const rows = Array.from({ length: ROWS_PER_HOUR }, (_, i) => hour * ROWS_PER_HOUR + i);
    await watched.run({
      amount: new Tensor('float32', rows.map(amountOf), [rows.length, 1]),
      kind: new Tensor('string', rows.map(kindOf), [rows.length, 1]),
    });
    clock.nowMs += HOUR_MS;
    await agent.flush();
  }
  await agent.shutdown();
  expect(agent.stats()).toMatchObject({ queuedBatches: 0, dropped: {} });
}

describe('an export', () => {
  let scratch: ReturnType<typeof makeScratchFolder>;
  let collector: ServedCollector;

  beforeEach(async () => {
    scratch = makeScratchFolder();
    collector = await startServe(path.join(scratch.folder, 'data'));
    const [modelFile, onnxFile, reference] = ['prumo.model.yaml', 'twice.onnx', 'reference.csv'].map((name) =>
      path.join(scratch.folder, name),
    ) as [string, string, string];
    const lines = Array.from({ length: 2000 }, (_, i) => `${amountOf(-i).toFixed(3)},${kindOf(i)}`);
    await writeFile(modelFile, MODEL_FILE);
    await writeFile(onnxFile, onnx);
    await writeFile(reference, ['amount,kind', ...lines].join('\n'));
    await collector.ask('model', 'register', modelFile, '--onnx', onnxFile);
    await collector.ask('baseline', '--model', 'twice', '--version', '1', reference);
  }, 120_000);

  afterEach(async () => {
    await collector.stop();
    await scratch.remove();
  });

  async function restartAfterCrash(): Promise<void> {
    await collector.kill();
    collector = await startServe(path.join(scratch.folder, 'data'));
  }

  /** Rows that verdicts stand on, by hour; all that was acknowledged is stored and judged first. */
  async function judgedRows(): Promise<number[]> {
    expect((await fetch(`${collector.url}/v1/models/twice/judge`, { method: 'POST' })).status).toBe(200);
    const verdicts = await collector.ask<DriftRow[]>('drift', '--model', 'twice');
    return verdicts.filter(({ field }) => field === 'amount').map(({ rows }) => rows);
  }

  /** Rows of each category in the store. */
  async function storedKinds(): Promise<(readonly [string | undefined, number])[]> {
    const period = `from=${new Date(START_MS).toISOString()}&to=${new Date(START_MS + HOURS * HOUR_MS).toISOString()}`;
    const answer = await fetch(`${collector.url}/v1/models/twice/fields/kind/distribution?${period}`);
    const { cells } = (await answer.json()) as DistributionAnswer;
    return cells.filter(({ kind }) => kind === 'category').map(({ category, rows }) => [category, rows] as const);
  }

  const eachHour = Array.from({ length: HOURS }, () => ROWS_PER_HOUR);
  const eachKind = ['card', 'cash', 'transfer'].map((kind) => [kind, (HOURS * ROWS_PER_HOUR) / 3] as const);

  it('counts once when it is delivered twice, then again after a crash, at the same time and after judging', async () => {
    const relay = await startRelay(collector.url, 2);
    await runTraffic(relay.url);
    await relay.close();
    expect(relay.exports.length).toBeGreaterThanOrEqual(HOURS);
    expect(await judgedRows()).toEqual(eachHour);
    expect(await storedKinds()).toEqual(eachKind);

    await restartAfterCrash();
    const again = [...relay.exports, ...relay.exports].map((one) => deliver(one, collector.url));
    expect((await Promise.all(again)).map(({ status }) => status)).toEqual(again.map(() => 200));
    expect(await judgedRows()).toEqual(eachHour);
    expect(await storedKinds()).toEqual(eachKind);
  }, 120_000);

  it('survives kill -9 once it is acknowledged, and counts once where the agent was left in doubt', async () => {
    const relay = await startRelay(collector.url, 0);
    await runTraffic(relay.url);
    await relay.close();
    const acknowledged = new Set<RecordedExport>();
    let crash: Promise<void> | undefined;
    // All at once: some are answered, some are under way, some come too late.
    await Promise.all(
      relay.exports.map(async (one) => {
        const taken = await deliver(one, collector.url).catch(() => undefined);
        if (taken?.status === 200) acknowledged.add(one);
        if (acknowledged.size >= HOURS / 3) crash ??= collector.kill();
      }),
    );
    await crash;
    expect(acknowledged.size).toBeGreaterThanOrEqual(HOURS / 3);
    collector = await startServe(path.join(scratch.folder, 'data'));
    const kept = await judgedRows();
    expect(kept.length).toBeGreaterThanOrEqual(HOURS / 3);
    expect(kept.every((rows) => rows === ROWS_PER_HOUR)).toBe(true);

    for (const one of relay.exports) expect((await deliver(one, collector.url)).status).toBe(200);
    expect(await judgedRows()).toEqual(eachHour);
    expect(await storedKinds()).toEqual(eachKind);
  }, 120_000);
});
