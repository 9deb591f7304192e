import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as ort from 'onnxruntime-node';
import { tinyOnnx } from '../../../agent/test/watch/tiny-onnx.ts';
import { atMost, type BenchRow, printed } from '../bench-row.ts';
import { startLayoutsServer } from '../layouts-server.ts';

const FIELDS = 100;
const BATCH = 32;
const CALLS = 300;
const SOURCES = path.resolve(import.meta.dirname, '../../../agent/src');

/** What the agent adds to a process that has ONNX Runtime: its modules, and the profiles of one model of 100 fields after traffic. */
export async function run(): Promise<BenchRow[]> {
  const collect = exposeGc();
  const server = await startLayoutsServer(FIELDS);
  const onnx = makeModel();
  const session = await ort.InferenceSession.create(onnx);
  await runBatches(session);
  const before = measureHeap(collect);
  const { createAgent } = await import('@prumo/agent');
  const loaded = measureHeap(collect);
  const agent = createAgent({ endpoint: server.url, flushIntervalMs: 60_000 });
  const watched = agent.watch(session, { model: 'bench', version: '1', onnx });
  await runBatches(watched);
  if (!(await agent.ready({ timeoutMs: 5000 }))) throw new Error('no layouts came');
  await runBatches(watched);
  await agent.flush();
  await runBatches(watched);
  const used = measureHeap(collect);
  const { rows, sentPoints } = agent.stats();
  if (rows !== 3 * CALLS * BATCH || sentPoints < FIELDS)
    throw new Error(`${rows} rows watched, ${sentPoints} points sent`);
  await agent.shutdown();
  server.close();
  return [
    atMost(`agent, memory for ${FIELDS} fields with its modules`, used - before, 'MB', 10),
    printed('agent, memory of its modules alone', loaded - before, 'MB'),
    atMost('agent, its own code (TypeScript sources)', await measureSources(), 'kB', 300),
  ];
}

/** A model of one tensor of inputs and one score per field, so that its own work is nothing. */
function makeModel(): Uint8Array {
  const inputs = [
    { name: 'X', type: 'float32', shape: ['n', FIELDS] },
    { name: 'L', type: 'int64', shape: ['n'] },
  ] as const;
  const outputs = [
    { ...inputs[0], name: 'probabilities' },
    { ...inputs[1], name: 'label' },
  ];
  return tinyOnnx(inputs, outputs, [
    { op: 'Identity', inputs: ['X'], outputs: ['probabilities'] },
    { op: 'Identity', inputs: ['L'], outputs: ['label'] },
  ]);
}

async function runBatches(session: Pick<ort.InferenceSession, 'run'>): Promise<void> {
  for (let call = 0; call < CALLS; call++) {
    const values = Float32Array.from({ length: BATCH * FIELDS }, () => Math.random() * 8 - 4);
    const labels = BigInt64Array.from({ length: BATCH }, () => (Math.random() < 0.1 ? 1n : 0n));
    const X = new ort.Tensor('float32', values, [BATCH, FIELDS]);
    await session.run({ X, L: new ort.Tensor('int64', labels, [BATCH]) });
  }
}

/** Heap and array buffers in MB (10^6 bytes), after the garbage is gone. */
function measureHeap(collect: () => void): number {
  for (let round = 0; round < 4; round++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

function exposeGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

async function measureSources(): Promise<number> {
  const files = (await readdir(SOURCES, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(path.join(SOURCES, name))).size));
  return sizes.reduce((total, bytes) => total + bytes, 0) / 1000;
}
