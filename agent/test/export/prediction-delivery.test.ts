import * as ort from 'onnxruntime-node';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Agent, AgentOptions, PredictionOptions, WatchedSession } from '../../src/index.ts';
import { createIdentitySession, startWorld, type World } from '../watch/watched-world.ts';
import { decodeRows, decodeTable } from './arrow-decode.ts';
import { type Answerer, answerWith, startFakeCollector } from './fake-collector.ts';

const feed = (rows: number) => ({ x: new ort.Tensor('float32', new Float32Array(rows).fill(0.5), [rows]) });
const idsOf = (from: number, count: number) => Array.from({ length: count }, (_, i) => `id-${from + i}`);

async function watchOne(
  world: World,
  options?: Partial<AgentOptions>,
): Promise<{ agent: Agent; watched: WatchedSession }> {
  const agent = world.startAgent(options);
  const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n'] });
  return { agent, watched: agent.watch(session, { model: 'm', version: '1' }) };
}

/** Some rows, then a flush one second later. */
async function passRows(world: World, agent: Agent, watched: WatchedSession, from = 0, count = 2): Promise<void> {
  await watched.with({ ids: idsOf(from, count) }).run(feed(count));
  world.clock.ms += 1000;
  await agent.flush();
}

function acceptedIds({ collector }: World): unknown[] {
  return collector.acceptedPredictions.flatMap(decodeRows).map(({ id }) => id);
}

describe('rows that are not taken are sent again unchanged', () => {
  test.each<[string, Answerer]>([
    ['503', answerWith(503)],
    ['500', answerWith(500)],
    ['429', answerWith(429)],
    ['408', answerWith(408)],
    ['a cut connection', (request) => request.socket.destroy()],
    ['no HTTP', (request) => request.socket.end('220 mail.example ESMTP\r\n')],
    ['silence', () => undefined],
  ])('%s', async (_what, onPredictions) => {
    const world = await startWorld();
    const { agent, watched } = await watchOne(world);
    world.collector.onPredictions = onPredictions;
    await passRows(world, agent, watched);
    expect(agent.stats()).toMatchObject({ queuedPredictions: 2, sentPredictions: 0, dropped: {} });
    world.collector.onPredictions = undefined;
    await passRows(world, agent, watched, 2);
    expect(agent.stats()).toMatchObject({ queuedPredictions: 0, sentPredictions: 4, dropped: {} });
    const [first, ...again] = world.collector.predictionBodies;
    expect(again).toContainEqual(first);
    const rows = world.collector.acceptedPredictions.flatMap(decodeRows);
    // At least once: what was refused by a 408, say, is here once; it keeps the time of its run.
    expect(rows.map(({ id, time }) => [id, (time as number) - world.clock.ms])).toEqual([
      ['id-0', -2000],
      ['id-1', -2000],
      ['id-2', -1000],
      ['id-3', -1000],
    ]);
  });
});

test('after a good status the rest of the answer does not matter', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  world.collector.onPredictions = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  };
  await passRows(world, agent, watched);
  expect(agent.stats()).toMatchObject({ queuedPredictions: 0, sentPredictions: 2, dropped: {} });
});

test('between flushes the agent tries again by itself', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  world.collector.onPredictions = answerWith(503);
  await passRows(world, agent, watched);
  world.collector.onPredictions = undefined;
  await expect.poll(() => agent.stats().queuedPredictions, { timeout: 5000 }).toBe(0);
  expect(acceptedIds(world)).toEqual(['id-0', 'id-1']);
});

test('Retry-After is respected, by flushes too, and the profiles go on', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  world.collector.onPredictions = answerWith(429, { 'retry-after': '60' });
  await passRows(world, agent, watched);
  world.collector.onPredictions = undefined;
  await passRows(world, agent, watched, 2);
  expect(world.collector.predictionBodies).toHaveLength(1);
  expect(agent.stats()).toMatchObject({ queuedPredictions: 4, queuedBatches: 0, dropped: {} });
});

test.each([[400], [401], [404], [413], [415], [302]])('%i: dropped, counted, told', async (status) => {
  const world = await startWorld();
  const messages: string[] = [];
  const { agent, watched } = await watchOne(world, { onLog: (_level, message) => messages.push(message) });
  world.collector.onPredictions = answerWith(status, { location: '/elsewhere' });
  await passRows(world, agent, watched);
  await passRows(world, agent, watched, 2);
  expect(agent.stats()).toMatchObject({ queuedPredictions: 0, queuedPredictionBytes: 0, sentPredictions: 0 });
  expect(agent.stats().dropped).toEqual({ predictions_rejected: 4 });
  expect(messages.filter((message) => message.includes(`status ${status}`))).toHaveLength(1);
  world.collector.onPredictions = undefined;
  await passRows(world, agent, watched, 4);
  expect(acceptedIds(world)).toEqual(['id-4', 'id-5']);
  const told = world.collector
    .points('ml.agent.dropped')
    .filter(({ attributes }) => attributes.reason === 'predictions_rejected');
  expect(told.reduce((sum, { value }) => sum + value, 0)).toBe(4);
});

test('a dead collector harms nobody, and gets the rows when it is back', async () => {
  const world = await startWorld();
  const dead = await startFakeCollector();
  await dead.close();
  const { agent, watched } = await watchOne(world, { endpoint: dead.url });
  for (let i = 0; i < 3; i++) await passRows(world, agent, watched, 2 * i);
  expect(agent.stats()).toMatchObject({ queuedPredictions: 6, dropped: {} });
  const revived = await startFakeCollector(Number(new URL(dead.url).port));
  try {
    await agent.flush();
    expect(revived.acceptedPredictions.flatMap(decodeRows).map(({ id }) => id)).toEqual(idsOf(0, 6));
  } finally {
    await revived.close();
  }
});

describe('the queue is bounded', () => {
  const limited: PredictionOptions = { maxQueueBytes: 4000 };

  test('in bytes, open rows included: the oldest are dropped and counted, every row once', async () => {
    const world = await startWorld();
    const { agent, watched } = await watchOne(world, { predictions: limited });
    world.collector.onPredictions = answerWith(503, { 'retry-after': '60' });
    for (let i = 0; i < 30; i++) {
      await watched.with({ ids: idsOf(10 * i, 10) }).run(feed(10));
      expect(agent.stats().queuedPredictionBytes).toBeLessThanOrEqual(4000);
      if (i % 3 === 2) await agent.flush();
      const { queuedPredictions, dropped } = agent.stats();
      expect(queuedPredictions + (dropped.predictions_queue_full ?? 0)).toBe(10 * (i + 1));
    }
    expect(agent.stats().queuedPredictions).toBeGreaterThan(0);
    expect(agent.stats().dropped.predictions_queue_full).toBeGreaterThan(0);
    // The profiles have a queue of their own.
    expect(agent.stats().dropped).not.toHaveProperty('queue_full');
  });

  test('one run that is larger than the queue', async () => {
    const world = await startWorld();
    const { agent, watched } = await watchOne(world, { predictions: limited });
    const outputs = await watched.with({ ids: idsOf(0, 5000) }).run(feed(5000));
    expect(outputs.x_out?.dims).toEqual([5000]);
    const { queuedPredictions, queuedPredictionBytes, dropped } = agent.stats();
    expect(queuedPredictionBytes).toBeLessThanOrEqual(4000);
    expect(queuedPredictions + (dropped.predictions_queue_full ?? 0)).toBe(5000);
  });

  test('in age, and shutdown gives up what it cannot send, counted', async () => {
    const world = await startWorld();
    const { agent, watched } = await watchOne(world, { maxQueueAgeMs: 50 });
    world.collector.onPredictions = answerWith(503);
    await passRows(world, agent, watched);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await passRows(world, agent, watched, 2);
    expect(agent.stats().dropped).toEqual({ predictions_queue_age: 2 });
    await agent.shutdown();
    expect(agent.stats().dropped).toMatchObject({ predictions_queue_age: 2, predictions_shutdown: 2 });
    expect(agent.stats()).toMatchObject({ queuedPredictions: 0, queuedPredictionBytes: 0 });
  });
});

test('many rows leave in small batches, all of them, in order', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  await watched.with({ ids: idsOf(0, 3500) }).run(feed(3500));
  await watched.with({ ids: idsOf(3500, 10) }).run(feed(10));
  await agent.flush();
  expect(acceptedIds(world)).toEqual(idsOf(0, 3510));
  const sizes = world.collector.acceptedPredictions.map((body) => decodeTable(body).numRows);
  expect(sizes).toEqual([1000, 1000, 1000, 510]);
});

test('wide rows leave in batches of about 256 KiB', async () => {
  const world = await startWorld();
  const agent = world.startAgent({ predictions: { inputs: 1 } });
  const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n', 'd'] });
  const watched = agent.watch(session, { model: 'm', version: '1' });
  const data = Float32Array.from({ length: 400 * 500 }, (_, i) => i);
  await watched.with({ ids: idsOf(0, 400) }).run({ x: new ort.Tensor('float32', data, [400, 500]) });
  await agent.flush();
  expect(acceptedIds(world)).toEqual(idsOf(0, 400));
  expect(world.collector.acceptedPredictions.length).toBeGreaterThan(10);
  for (const body of world.collector.predictionBodies) expect(gunzipSync(body).length).toBeLessThan(2 ** 20);
});

test('a queue that fills does not wait for the flush', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world, { predictions: { maxQueueBytes: 200_000 } });
  await watched.with({ ids: idsOf(0, 2500) }).run(feed(2500));
  await expect.poll(() => agent.stats().sentPredictions, { timeout: 5000 }).toBe(2000);
  expect(agent.stats()).toMatchObject({ queuedPredictions: 500, dropped: {} });
});

test('shutdown sends the rows that wait; later ones are not kept', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  await watched.with({ ids: ['a'] }).run(feed(1));
  await agent.shutdown();
  expect(acceptedIds(world)).toEqual(['a']);
  await watched.with({ ids: ['b'] }).run(feed(1));
  expect(agent.stats()).toMatchObject({ queuedPredictions: 0, sentPredictions: 1 });
});

test('rows of a model that is never identified are dropped and counted', async () => {
  const world = await startWorld();
  const agent = world.startAgent();
  const outputs = { y: new ort.Tensor('float32', [1], [1]) };
  const session = { inputNames: ['x'], outputNames: ['y'], run: () => Promise.resolve(outputs) };
  const watched = agent.watch(session as never, { model: 'm', onnx: '/nowhere.onnx' });
  await watched.with({ ids: ['a'] }).run(feed(1));
  expect(agent.stats()).toMatchObject({ queuedPredictions: 1, dropped: {} });
  await agent.flush();
  expect(agent.stats()).toMatchObject({ queuedPredictions: 0 });
  expect(agent.stats().dropped).toEqual({ hash_failed: 1, predictions_unidentified: 1 });
  expect(world.collector.predictionBodies).toEqual([]);
});
