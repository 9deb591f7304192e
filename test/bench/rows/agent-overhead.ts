import path from 'node:path';
import { createAgent } from '@prumo/agent';
import * as ort from 'onnxruntime-node';
import { atMost, type BenchRow } from '../bench-row.ts';
import { startLayoutsServer } from '../layouts-server.ts';
import { mean, quantile } from '../measure.ts';

const FIELDS = 30;
const ROTATED_INPUTS = 16;
const BLOCKS = 12;
const LIMITS: Record<string, Record<number, number>> = {
  linear: { 1: 1.05, 32: 1.1, 1024: 1.25 },
  tree: { 1: 1.05, 32: 1.05, 1024: 1.05 },
  mlp: { 1: 1.05, 32: 1.1, 1024: 1.1 },
};

/** A watched session against the bare one: separate blocks (raw, watched, raw, ...), rotated inputs, final edges in use. */
export async function run(): Promise<BenchRow[]> {
  const server = await startLayoutsServer(FIELDS);
  const agent = createAgent({ endpoint: server.url, flushIntervalMs: 1000 });
  const rows: BenchRow[] = [];
  for (const [model, limits] of Object.entries(LIMITS)) {
    const file = path.join(import.meta.dirname, `../models/${model}.onnx`);
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1 });
    const watched = agent.watch(session, { model: 'bench', version: '1', onnx: file });
    await agent.ready({ timeoutMs: 5000 });
    for (const [batch, limit] of Object.entries(limits)) {
      rows.push(...(await compare(`${model}, batch ${batch}`, session, watched, Number(batch), limit)));
    }
  }
  await agent.shutdown();
  server.close();
  return rows;
}

async function compare(
  name: string,
  raw: ort.InferenceSession,
  watched: ort.InferenceSession,
  batch: number,
  limit: number,
): Promise<BenchRow[]> {
  const calls = batch === 1 ? 3000 : batch === 32 ? 1500 : 60;
  const times = { raw: [] as number[], watched: [] as number[] };
  for (let block = 0; block < BLOCKS; block++) {
    for (const [kind, session] of [
      ['raw', raw],
      ['watched', watched],
    ] as const) {
      const measured = await timeBlock(session, batch, calls);
      if (block > 1) times[kind].push(...measured);
    }
  }
  const ratio = (of: (values: readonly number[]) => number) => of(times.watched) / of(times.raw);
  return [
    atMost(
      `agent over bare run, ${name}: p50`,
      ratio((values) => quantile(values, 0.5)),
      'ratio',
      limit,
    ),
    atMost(
      `agent over bare run, ${name}: p99`,
      ratio((values) => quantile(values, 0.99)),
      'ratio',
      limit,
    ),
    atMost(`agent over bare run, ${name}: mean`, ratio(mean), 'ratio', limit),
  ];
}

async function timeBlock(session: ort.InferenceSession, batch: number, calls: number): Promise<number[]> {
  const inputs = Array.from({ length: ROTATED_INPUTS }, () =>
    Float32Array.from({ length: batch * FIELDS }, () => Math.random() * 4 - 2),
  );
  const times: number[] = [];
  for (let call = 0; call < calls; call++) {
    const start = performance.now();
    await session.run({ X: new ort.Tensor('float32', inputs[call % ROTATED_INPUTS]!, [batch, FIELDS]) });
    times.push(performance.now() - start);
  }
  return times;
}
