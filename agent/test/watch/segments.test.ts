import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { answerLayouts } from '../export/fake-collector.ts';
import { createIdentitySession, HOUR_MS, startWorld, type World } from './watched-world.ts';

const X = { name: 'x', type: 'float32', shape: ['n'] } as const;
const feed = (rows = 1) => ({ x: new ort.Tensor('float32', new Float32Array(rows), [rows]) });

/** Rows by the segment attributes of their point. */
function rowsBySegment({ collector }: World): Record<string, number> {
  return Object.fromEntries(
    collector.points('ml.inference.rows').map(({ attributes, value }) => [
      Object.entries(attributes)
        .filter(([key]) => key.startsWith('ml.segment.'))
        .map(([key, text]) => `${key.slice('ml.segment.'.length)}=${text}`)
        .sort()
        .join(' '),
      value,
    ]),
  );
}

test('each row is in one combination of all its keys, whatever their order', async () => {
  const world = await startWorld();
  const agent = world.startAgent();
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '1' });
  await watched.run(feed(1));
  await watched.with({ segment: { channel: 'app', region: 'north' } }).run(feed(2));
  await watched.with({ segment: { region: 'north', channel: 'app' } }).run(feed(3));
  await watched.with({ segment: { channel: 'web' } }).run(feed(4));
  world.clock.ms += HOUR_MS;
  await agent.flush();
  expect(rowsBySegment(world)).toEqual({ '': 1, 'channel=app region=north': 5, 'channel=web': 4 });
  const app = world.collector
    .points('ml.field.value')
    .find(({ attributes }) => attributes['ml.segment.region'] === 'north');
  expect(app?.attributes).toMatchObject({ 'ml.segment.channel': 'app', 'ml.field.name': 'x' });
});

test('the 65th combination and those after it are counted as __other__', async () => {
  const world = await startWorld();
  const agent = world.startAgent();
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '1' });
  for (let i = 0; i < 66; i++) await watched.with({ segment: { id: `${i}` } }).run(feed(2));
  await watched.with({ segment: { id: '0' } }).run(feed(2));
  world.clock.ms += HOUR_MS;
  await agent.flush();
  const rows = rowsBySegment(world);
  expect(Object.keys(rows)).toHaveLength(65);
  expect(rows['id=0']).toBe(4);
  expect(rows['id=__other__']).toBe(4);
  expect(agent.stats().dropped).toEqual({ segment_limit: 4 });
});

test('once the declared keys are known, others are left out and counted', async () => {
  const world = await startWorld();
  world.collector.onLayouts = answerLayouts({ format: 1, model: 'm', version: '1', fields: [], segments: ['channel'] });
  const agent = world.startAgent();
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '1' });
  expect(await agent.ready()).toBe(true);
  for (const customer of ['1', '2', '3']) await watched.with({ segment: { channel: 'app', customer } }).run(feed());
  world.clock.ms += HOUR_MS;
  await agent.flush();
  expect(rowsBySegment(world)).toEqual({ 'channel=app': 3 });
  expect(agent.stats().dropped).toEqual({ segment_undeclared: 3 });
});

test('values that are no short text are left out and counted', async () => {
  const world = await startWorld();
  const agent = world.startAgent();
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '1' });
  const segment = { tier: 2, vip: true, long: 'x'.repeat(200), list: ['a'], nothing: null } as never;
  await watched.with({ segment }).run(feed());
  world.clock.ms += HOUR_MS;
  await agent.flush();
  expect(rowsBySegment(world)).toEqual({ 'tier=2 vip=true': 1 });
  expect(agent.stats().dropped).toEqual({ segment_invalid: 3 });
});
