import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIdentitySession, HOUR_MS, startWorld } from './watched-world.ts';

const X = { name: 'x', type: 'float32', shape: ['n'] } as const;
const feed = () => ({ x: new ort.Tensor('float32', [1, 2], [2]) });
const CONTENT = 'an ONNX file';

/** A pipe is a file whose reading hangs until something is written. */
let folder: string;
let pipe: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prumo-slow-onnx-'));
  pipe = join(folder, 'model.onnx');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function watchSlowAndQuick() {
  const world = await startWorld();
  const agent = world.startAgent();
  const slow = agent.watch(await createIdentitySession(X), { model: 'slow', version: '1', onnx: pipe });
  const quick = agent.watch(await createIdentitySession(X), { model: 'quick', version: '1' });
  const rowsOf = (model: string) =>
    world.collector
      .points('ml.inference.rows')
      .filter(({ attributes }) => attributes['ml.model.name'] === model)
      .map(({ value, attributes }) => [value, attributes['ml.model.sha256']]);
  const runBoth = async () => {
    await Promise.all([slow.run(feed()), quick.run(feed())]);
    world.clock.ms += HOUR_MS;
  };
  return { agent, runBoth, rowsOf };
}

test('an ONNX file whose reading hangs holds up no other session, and its counts leave once it is read', async () => {
  const { agent, runBoth, rowsOf } = await watchSlowAndQuick();
  await runBoth();
  await agent.flush();
  expect([rowsOf('quick'), rowsOf('slow')]).toEqual([[[2, undefined]], []]);

  await writeFile(pipe, CONTENT);
  await runBoth();
  await agent.flush();
  expect(rowsOf('quick')).toHaveLength(2);
  // Both runs in one interval, under the hash.
  expect(rowsOf('slow')).toEqual([[4, createHash('sha256').update(CONTENT).digest('hex')]]);
  expect(agent.stats().dropped).toEqual({});
});

test('a shutdown sends what the other sessions have, and counts the one that was never identified', async () => {
  const { agent, runBoth, rowsOf } = await watchSlowAndQuick();
  await runBoth();
  await agent.shutdown();
  expect([rowsOf('quick'), rowsOf('slow')]).toEqual([[[2, undefined]], []]);
  expect(agent.stats().dropped).toEqual({ hash_failed: 1 });
  // Lets the reader go.
  await writeFile(pipe, CONTENT);
});
