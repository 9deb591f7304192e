import { createHash } from 'node:crypto';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { type Answerer, answerLayouts, answerWith } from '../export/fake-collector.ts';
import { categoriesOf, createIdentitySession, HOUR_MS, pointsOfField, startWorld } from './watched-world.ts';
import { identityModel } from './tiny-onnx.ts';

const X = { name: 'x', type: 'float32', shape: ['n', 2] } as const;
const feed = () => ({ x: new ort.Tensor('float32', [1, 5, 2, 6, 3, 7], [3, 2]) });
const HASH = 'a'.repeat(32);
const EDGES = { hash: HASH, kind: 'edges', bounds: [1, 2] };

function field(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'income',
    role: 'input',
    type: 'numeric',
    tensor: 'x',
    column: 0,
    elementType: 'float32',
    missing: [],
    ...changes,
  };
}

function answer(...fields: Record<string, unknown>[]): Record<string, unknown> {
  return { format: 1, model: 'm', version: '7', fields, segments: [] };
}

test('registered edges become the bounds on the wire, with the hash, and (a, b] counts', async () => {
  const { collector, clock, startAgent } = await startWorld();
  collector.onLayouts = answerLayouts(answer(field({ layout: EDGES })));
  const agent = startAgent({ token: 'secret' });
  const watched = agent.watch(await createIdentitySession(X), { model: 'loan-model', version: '7' });
  expect(await agent.ready()).toBe(true);
  expect(collector.requests[0]?.path).toBe('/v1/models/loan-model/layouts?version=7');
  expect(collector.requests[0]?.headers.authorization).toBe('Bearer secret');
  await watched.run(feed());
  clock.ms += HOUR_MS;
  await agent.flush();
  expect(pointsOfField(collector, 'income')).toMatchObject([
    { kind: 'histogram', bounds: [1, 2], counts: [1, 1, 1], count: 3, sum: 6, attributes: { 'ml.layout': HASH } },
  ]);
  // An input that the layouts do not name is profiled all the same, an output is not.
  expect(pointsOfField(collector, 'x_1')[0]?.kind).toBe('exponentialHistogram');
  expect(collector.points().filter(({ attributes }) => attributes['ml.field.role'] === 'output')).toEqual([]);
});

test('the version is found by the hash of the ONNX file, from a path and from bytes', async () => {
  const { collector, clock, startAgent } = await startWorld();
  collector.onLayouts = answerLayouts(answer(field({ layout: EDGES })));
  const onnx = identityModel(X);
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  const agent = startAgent();
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', onnx });
  await watched.run(feed());
  expect(await agent.ready()).toBe(true);
  expect(collector.requests[0]?.path).toBe(`/v1/models/m/layouts?sha256=${sha256}`);
  await watched.run(feed());
  clock.ms += HOUR_MS;
  await agent.flush();
  for (const { attributes } of collector.points('ml.field.value')) expect(attributes['ml.model.sha256']).toBe(sha256);
  expect(pointsOfField(collector, 'income')[0]?.attributes['ml.model.version']).toBe('7');
});

test('a version that is named and has its ONNX file is asked for by both: the collector judges by the hash', async () => {
  const { collector, startAgent } = await startWorld();
  collector.onLayouts = answerLayouts(answer(field({ layout: EDGES })));
  const onnx = identityModel(X);
  const agent = startAgent();
  agent.watch(await createIdentitySession(X), { model: 'm', version: '7', onnx });
  expect(await agent.ready()).toBe(true);
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  expect(collector.requests[0]?.path).toBe(`/v1/models/m/layouts?sha256=${sha256}&version=7`);
});

test('an ONNX file that cannot be read is counted; a given version is enough to go on', async () => {
  const { collector, clock, startAgent } = await startWorld();
  const agent = startAgent();
  const onnx = '/no/such/file.onnx';
  const nameless = agent.watch(await createIdentitySession(X), { model: 'nameless', onnx });
  const named = agent.watch(await createIdentitySession(X), { model: 'named', version: '7', onnx });
  for (const watched of [nameless, named]) await watched.run(feed());
  clock.ms += HOUR_MS;
  await agent.flush();
  expect(agent.stats().dropped).toEqual({ hash_failed: 2 });
  const models = collector.points('ml.field.value').map(({ attributes }) => attributes['ml.model.name']);
  expect(new Set(models)).toEqual(new Set(['named']));
  expect((await nameless.run(feed())).x_out?.dims).toEqual([3, 2]);
});

test('layouts decide what is numeric, what is missing, and the names of outputs', async () => {
  const { collector, clock, startAgent } = await startWorld();
  collector.onLayouts = answerLayouts(
    answer(
      field({ missing: [2], layout: EDGES }),
      field({
        name: 'grade',
        type: 'categorical',
        column: 1,
        missing: ['7'],
        layout: { hash: 'b'.repeat(32), kind: 'categories', categories: ['5', '9'] },
      }),
      field({ name: 'score', role: 'output', tensor: 'x_out', column: 1, predictionLabel: 'bad' }),
    ),
  );
  const agent = startAgent();
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '7' });
  expect(await agent.ready()).toBe(true);
  await watched.run(feed());
  clock.ms += HOUR_MS;
  await agent.flush();
  const valuesOf = (name: string, metric: string) =>
    pointsOfField(collector, name).find((point) => point.metric === metric);
  expect(valuesOf('income', 'ml.field.value')?.counts).toEqual([1, 0, 1]);
  expect(valuesOf('income', 'ml.field.missing')?.value).toBe(1);
  expect(categoriesOf(collector, 'grade')).toEqual({ 5: 1, 6: 1 });
  expect(valuesOf('grade', 'ml.field.missing')?.value).toBe(1);
  const outputs = collector.points().filter(({ attributes }) => attributes['ml.field.role'] === 'output');
  expect(outputs).toMatchObject([{ count: 3, sum: 18, attributes: { 'ml.field.name': 'score' } }]);
  // The only score of a model is not told apart by what was predicted.
  expect(outputs[0]?.attributes).not.toHaveProperty('ml.prediction.label');
});

test('when layouts change, what was counted leaves under the old one and no point mixes them', async () => {
  const { collector, clock, startAgent } = await startWorld();
  const agent = startAgent({ layoutsIntervalMs: 20 });
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '7', fields: { x: ['income'] } });
  await watched.run(feed());
  for (const [etag, bounds] of [
    ['"1"', [1, 2]],
    ['"2"', [0, 10]],
  ] as const) {
    let isTaken = false;
    const give = answerLayouts(
      answer(field({ layout: { hash: `${etag[1]}`.repeat(32), kind: 'edges', bounds } })),
      etag,
    );
    collector.onLayouts = (request, response) => {
      // Asked again with the new tag: the agent has used it.
      isTaken ||= request.headers['if-none-match'] === etag;
      give(request, response);
    };
    await expect.poll(() => isTaken, { timeout: 5000 }).toBe(true);
    await watched.run(feed());
  }
  clock.ms += HOUR_MS;
  await agent.flush();
  const points = pointsOfField(collector, 'income');
  expect(points.map(({ kind, bounds, count }) => [kind, bounds, count])).toEqual([
    ['exponentialHistogram', [], 3],
    ['histogram', [1, 2], 3],
    ['histogram', [0, 10], 3],
  ]);
  for (let i = 1; i < points.length; i++)
    expect(BigInt(points[i]!.start)).toBeGreaterThanOrEqual(BigInt(points[i - 1]!.end));
  expect(collector.points('ml.inference.rows').map(({ value }) => value)).toEqual([3, 3, 3]);
});

test('an unchanged version is asked for with its ETag and keeps its counts', async () => {
  const { collector, clock, startAgent } = await startWorld();
  collector.onLayouts = answerLayouts(answer(field({ layout: EDGES })));
  const agent = startAgent({ layoutsIntervalMs: 20 });
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '7' });
  await agent.ready();
  await watched.run(feed());
  const before = collector.requests.length;
  await expect.poll(() => collector.requests.length, { timeout: 5000 }).toBeGreaterThan(before + 2);
  expect(collector.requests.at(-1)?.headers['if-none-match']).toBe('"1"');
  await watched.run(feed());
  clock.ms += HOUR_MS;
  await agent.flush();
  expect(pointsOfField(collector, 'income').map(({ count }) => count)).toEqual([6]);
});

describe('an answer that cannot be used is ignored and counted', () => {
  const json = (body: unknown): Answerer => answerWith(200, {}, JSON.stringify(body));
  const hostile: Record<string, Answerer> = {
    'no JSON': answerWith(200, {}, '<html>'),
    'deep nesting': answerWith(200, {}, '['.repeat(1_000_000)),
    'more than 4 MiB': answerWith(200, {}, ' '.repeat(4 * 2 ** 20 + 1)),
    null: json(null),
    'a later format': json({ ...answer(), format: 2 }),
    'no fields': json({ ...answer(), fields: 7 }),
    'too many fields': json(answer(...Array.from({ length: 5001 }, (_, i) => field({ name: `f${i}`, column: i })))),
    'falling bounds': json(answer(field({ layout: { ...EDGES, bounds: [2, 1] } }))),
    'endless bounds': json(answer(field({ layout: { ...EDGES, bounds: Array.from({ length: 5000 }, (_, i) => i) } }))),
    'bounds of text': json(answer(field({ layout: { ...EDGES, bounds: ['1'] } }))),
    'edges for categories': json(answer(field({ type: 'categorical', layout: EDGES }))),
    'a negative column': json(answer(field({ column: -1 }))),
    'an unknown type': json(answer(field({ elementType: '__proto__' }))),
    'an endless name': json(answer(field({ name: 'x'.repeat(2000) }))),
    'a field twice': json(answer(field(), field())),
  };
  test.each(Object.entries(hostile))('%s', async (_what, onLayouts) => {
    const { collector, clock, startAgent } = await startWorld();
    collector.onLayouts = onLayouts;
    const agent = startAgent({ timeoutMs: 5000 });
    const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '7' });
    await expect.poll(() => agent.stats().dropped.layouts_malformed, { timeout: 5000 }).toBeGreaterThan(0);
    expect(await agent.ready({ timeoutMs: 1 })).toBe(false);
    await watched.run(feed());
    clock.ms += HOUR_MS;
    await agent.flush();
    expect(pointsOfField(collector, 'x_0')[0]).toMatchObject({ kind: 'exponentialHistogram', count: 3 });
  });
});

test.each<[string, Answerer]>([
  ['404', answerWith(404)],
  ['401', answerWith(401)],
  ['500', answerWith(500)],
  ['a redirect', answerWith(302, { location: 'http://127.0.0.1:1/' })],
  ['silence', () => undefined],
])('ready is false in time when the answer is %s, and rows are profiled', async (_what, onLayouts) => {
  const { collector, startAgent } = await startWorld();
  collector.onLayouts = onLayouts;
  const agent = startAgent();
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '7' });
  expect(await agent.ready({ timeoutMs: 50 })).toBe(false);
  await watched.run(feed());
  await agent.flush();
  expect(pointsOfField(collector, 'x_0')[0]?.count).toBe(3);
});
