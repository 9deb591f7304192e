import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { Agent, AgentOptions, WatchedSession } from '../../src/index.ts';
import { createIdentitySession, HOUR_MS, pointsOfField, startWorld, type World } from '../watch/watched-world.ts';
import { type Answerer, answerWith, startFakeCollector } from './fake-collector.ts';
import { decodeRequest } from './otlp-decode.ts';

const feed = () => ({ x: new ort.Tensor('float32', [1, 2, 3], [3]) });

async function watchOne(
  world: World,
  options?: Partial<AgentOptions>,
): Promise<{ agent: Agent; watched: WatchedSession }> {
  const agent = world.startAgent(options);
  const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n'] });
  return { agent, watched: agent.watch(session, { model: 'm', version: '1' }) };
}

/** One simulated hour of traffic, then a flush. */
async function passHour(world: World, agent: Agent, watched: WatchedSession): Promise<void> {
  await watched.run(feed());
  world.clock.ms += HOUR_MS;
  await agent.flush();
}

test('JSON and protobuf say the same', async () => {
  const requests = [];
  for (const protocol of ['protobuf', 'json'] as const) {
    const world = await startWorld();
    const { agent, watched } = await watchOne(world, { protocol });
    await passHour(world, agent, watched);
    const points = world.collector.points().filter(({ metric }) => !/duration|overhead/.test(metric));
    requests.push({ scope: world.collector.accepted[0]?.scope, points });
    const type = protocol === 'json' ? 'application/json' : 'application/x-protobuf';
    expect(world.collector.requests.at(-1)?.headers).toMatchObject({
      'content-type': type,
      'content-encoding': 'gzip',
    });
  }
  expect(requests[0]?.points.length).toBe(3);
  expect(requests[1]).toEqual(requests[0]);
});

describe('a batch that is not taken is sent again unchanged: the same bytes, start and end', () => {
  test.each<[string, Answerer]>([
    ['503', answerWith(503)],
    ['500', answerWith(500)],
    ['429', answerWith(429)],
    ['408', answerWith(408)],
    ['a cut connection', (request) => request.socket.destroy()],
    [
      'half an answer',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('x', () => request.socket.destroy());
      },
    ],
    ['no HTTP', (request) => request.socket.end('220 mail.example ESMTP\r\n')],
    ['silence', () => undefined],
    [
      'an answer byte by byte',
      (_request, response) => {
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('%s', async (what, onMetrics) => {
    const world = await startWorld();
    const { agent, watched } = await watchOne(world);
    world.collector.onMetrics = onMetrics;
    await passHour(world, agent, watched);
    const refused = world.collector.bodies.length;
    expect(refused).toBeGreaterThan(0);
    if (what !== 'half an answer') expect(agent.stats()).toMatchObject({ queuedBatches: 1, sentPoints: 0 });
    await watched.run(feed());
    world.clock.ms += HOUR_MS;
    world.collector.onMetrics = undefined;
    await agent.flush();
    expect(agent.stats()).toMatchObject({ queuedBatches: 0, dropped: {} });
    const [first, ...again] = world.collector.bodies;
    // Half an answer with status 200 may count as taken: the collector said so.
    if (what !== 'half an answer') expect(again).toContainEqual(first);
    const times = [first!, again.at(-1)!].map((body) => decodeRequest(body, false).points[0]);
    expect(times[1]?.start).toBe(times[0]?.end);
  });
});

test('a collector that comes back gets every interval once, in order', async () => {
  const world = await startWorld();
  const dead = await startFakeCollector();
  await dead.close();
  const { agent, watched } = await watchOne(world, { endpoint: dead.url });
  for (let hour = 0; hour < 3; hour++) await passHour(world, agent, watched);
  expect(agent.stats()).toMatchObject({ queuedBatches: 3, sentPoints: 0, dropped: {} });
  const revived = await startFakeCollector(Number(new URL(dead.url).port));
  try {
    await agent.flush();
    const points = pointsOfField(revived, 'x');
    expect(points.map(({ count }) => count)).toEqual([3, 3, 3]);
    expect(points[1]?.start).toBe(points[0]?.end);
    expect(points[2]?.start).toBe(points[1]?.end);
  } finally {
    await revived.close();
  }
});

test('between flushes the agent tries again by itself', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  world.collector.onMetrics = answerWith(503);
  await passHour(world, agent, watched);
  world.collector.onMetrics = undefined;
  await expect.poll(() => agent.stats().queuedBatches, { timeout: 5000 }).toBe(0);
  expect(pointsOfField(world.collector, 'x')).toHaveLength(1);
});

test('Retry-After is respected, by flushes too', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  world.collector.onMetrics = answerWith(503, { 'retry-after': '60' });
  await passHour(world, agent, watched);
  world.collector.onMetrics = undefined;
  await passHour(world, agent, watched);
  expect(world.collector.bodies).toHaveLength(1);
  expect(agent.stats()).toMatchObject({ queuedBatches: 2, dropped: {} });
});

test('what a collector rejects is dropped and counted, and later told', async () => {
  const world = await startWorld();
  const messages: string[] = [];
  const { agent, watched } = await watchOne(world, { onLog: (_level, message) => messages.push(message) });
  world.collector.onMetrics = answerWith(400, {}, 'no');
  await passHour(world, agent, watched);
  expect(agent.stats()).toMatchObject({ queuedBatches: 0, sentPoints: 0 });
  const lost = decodeRequest(world.collector.bodies[0]!, false).points.length;
  expect(agent.stats().dropped).toEqual({ rejected: lost });
  expect(messages.join()).toContain('status 400');
  world.collector.onMetrics = undefined;
  await passHour(world, agent, watched);
  expect(world.collector.points('ml.agent.dropped')).toMatchObject([
    { value: lost, attributes: { reason: 'rejected' } },
  ]);
});

test('points that a collector refuses of a batch are counted, at most all of them', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world, { protocol: 'json' });
  const partial = (rejectedDataPoints: unknown) =>
    answerWith(200, { 'content-type': 'application/json' }, JSON.stringify({ partialSuccess: { rejectedDataPoints } }));
  world.collector.onMetrics = partial('2');
  await passHour(world, agent, watched);
  expect(agent.stats().dropped).toEqual({ refused: 2 });
  world.collector.onMetrics = partial(1e300);
  await passHour(world, agent, watched);
  const sizes = world.collector.bodies.map((body) => decodeRequest(body, true).points.length);
  expect(agent.stats().dropped).toEqual({ refused: 2 + sizes[1]! });
  expect(agent.stats().sentPoints).toBe(sizes[0]! - 2);
});

test.each([
  ['garbage', answerWith(200, { 'content-type': 'application/x-protobuf' }, Buffer.alloc(1000, 0xff))],
  ['5 MB', answerWith(500, {}, Buffer.alloc(5_000_000))],
])('an answer of %s harms nothing', async (_what, onMetrics) => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world, { timeoutMs: 2000 });
  world.collector.onMetrics = onMetrics;
  await passHour(world, agent, watched);
  expect((await watched.run(feed())).x_out?.dims).toEqual([3]);
});

test('the queue is bounded in bytes: the oldest points are dropped and counted', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world, { maxQueueBytes: 12_000 });
  world.collector.onMetrics = answerWith(503, { 'retry-after': '60' });
  for (let hour = 0; hour < 10; hour++) {
    await passHour(world, agent, watched);
    expect(agent.stats().queuedBytes).toBeLessThanOrEqual(12_000);
  }
  expect(agent.stats().queuedBatches).toBeGreaterThan(0);
  expect(agent.stats().dropped.queue_full).toBeGreaterThan(0);
});

test('the queue is bounded in age, and shutdown gives up what it cannot send, counted', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world, { maxQueueAgeMs: 50 });
  world.collector.onMetrics = answerWith(503);
  await passHour(world, agent, watched);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await passHour(world, agent, watched);
  const { queue_age } = agent.stats().dropped;
  expect(queue_age).toBeGreaterThan(0);
  await agent.shutdown();
  expect(agent.stats().dropped.shutdown).toBeGreaterThan(0);
  expect(agent.stats().queuedBatches).toBe(0);
});

test('many fields leave in small batches, all of them', async () => {
  const world = await startWorld();
  const agent = world.startAgent();
  const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n', 'd'] });
  const watched = agent.watch(session, { model: 'm', version: '1' });
  for (let i = 0; i < 20; i++) {
    const data = Float32Array.from({ length: 500 * 32 }, () => Math.exp(10 * Math.random()));
    await watched.run({ x: new ort.Tensor('float32', data, [32, 500]) });
  }
  world.clock.ms += HOUR_MS;
  await agent.flush();
  const counts = world.collector.points('ml.field.value').map(({ count }) => count);
  expect(counts).toHaveLength(1000);
  expect(new Set(counts)).toEqual(new Set([640]));
  for (const body of world.collector.bodies) expect(body.length).toBeLessThan(128 * 1024);
  expect(world.collector.bodies.length).toBeGreaterThan(10);
});

test('an interval without rows sends nothing', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  await passHour(world, agent, watched);
  world.clock.ms += HOUR_MS;
  await agent.flush();
  expect(world.collector.bodies).toHaveLength(1);
});

test('flushes at one simulated instant are separate intervals', async () => {
  const world = await startWorld();
  const { agent, watched } = await watchOne(world);
  for (let i = 0; i < 3; i++) {
    await watched.run(feed());
    await agent.flush();
  }
  const points = pointsOfField(world.collector, 'x');
  expect(new Set(points.map(({ start, end }) => `${start} ${end}`)).size).toBe(3);
  expect(points.map(({ count }) => count)).toEqual([3, 3, 3]);
});
