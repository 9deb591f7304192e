import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { ELEMENT_TYPES, tinyOnnx, type TinyType } from './tiny-onnx.ts';
import {
  categoriesOf,
  createIdentitySession,
  HOUR_MS,
  pointsOfField,
  startWorld,
  type World,
} from './watched-world.ts';

/** Runs one feed through a watched identity model and sends what was profiled. */
async function profile(world: World, tensors: Record<string, ort.Tensor>, rank?: number): Promise<void> {
  const session = await createIdentitySession(
    ...Object.entries(tensors).map(([name, { type, dims }]) => ({
      name,
      type: type as TinyType,
      shape: dims.slice(0, rank).map((_, i) => `d${i}_${name}`),
    })),
  );
  const agent = world.startAgent();
  await agent.watch(session, { model: 'm', version: '1' }).run(tensors);
  world.clock.ms += HOUR_MS;
  await agent.flush();
}

const NUMBERS = [1, 2, 100] as const;
const NUMERIC: Record<string, ort.Tensor> = {
  float32: new ort.Tensor('float32', Float32Array.from(NUMBERS), [3]),
  float64: new ort.Tensor('float64', Float64Array.from(NUMBERS), [3]),
  int8: new ort.Tensor('int8', Int8Array.from(NUMBERS), [3]),
  uint8: new ort.Tensor('uint8', Uint8Array.from(NUMBERS), [3]),
  int16: new ort.Tensor('int16', Int16Array.from(NUMBERS), [3]),
  uint16: new ort.Tensor('uint16', Uint16Array.from(NUMBERS), [3]),
  int32: new ort.Tensor('int32', Int32Array.from(NUMBERS), [3]),
  uint32: new ort.Tensor('uint32', Uint32Array.from(NUMBERS), [3]),
  int64: new ort.Tensor('int64', BigInt64Array.from(NUMBERS.map(BigInt)), [3]),
  uint64: new ort.Tensor('uint64', BigUint64Array.from(NUMBERS.map(BigInt)), [3]),
};

describe('every numeric element type is profiled as a number, input and output', () => {
  test.each(Object.entries(NUMERIC))('%s', async (_type, tensor) => {
    const world = await startWorld();
    await profile(world, { x: tensor });
    for (const [name, role] of [
      ['x', 'input'],
      ['x_out', 'output'],
    ] as const) {
      const [point, ...others] = pointsOfField(world.collector, name, role);
      expect(others).toEqual([]);
      expect(point).toMatchObject({ metric: 'ml.field.value', count: 3, sum: 103, min: 1, max: 100 });
    }
  });
});

test('text and bool are categories', async () => {
  const world = await startWorld();
  await profile(world, {
    channel: new ort.Tensor('string', ['app', 'web', 'app', ''], [4, 1]),
    isNew: new ort.Tensor('bool', [true, false, true, true], [4]),
  });
  expect(categoriesOf(world.collector, 'channel')).toEqual({ app: 2, web: 1, '': 1 });
  expect(categoriesOf(world.collector, 'isNew')).toEqual({ true: 3, false: 1 });
  expect(categoriesOf(world.collector, 'isNew_out', 'output')).toEqual({ true: 3, false: 1 });
});

test('several named inputs of one run: [N], [N,1] and [N,D] side by side', async () => {
  const world = await startWorld();
  await profile(world, {
    a: new ort.Tensor('float32', [1, 2], [2]),
    b: new ort.Tensor('float64', [3, 4], [2, 1]),
    c: new ort.Tensor('int64', [1n, 2n, 3n, 4n, 5n, 6n], [2, 3]),
  });
  const sums = Object.fromEntries(
    ['a', 'b', 'c_0', 'c_1', 'c_2'].map((name) => [name, pointsOfField(world.collector, name)[0]?.sum]),
  );
  expect(sums).toEqual({ a: 3, b: 7, c_0: 5, c_1: 7, c_2: 9 });
  expect(world.collector.points('ml.inference.rows')[0]?.value).toBe(2);
});

test('a scalar is one row; no rows leave no trace', async () => {
  const scalar = await startWorld();
  await profile(scalar, { x: new ort.Tensor('float32', [7], []) });
  expect(pointsOfField(scalar.collector, 'x')[0]).toMatchObject({ count: 1, sum: 7 });
  const empty = await startWorld();
  await profile(empty, { x: new ort.Tensor('float32', [], [0, 4]) });
  expect(empty.collector.points('ml.field.value')).toEqual([]);
});

test('images and embeddings are profiled by norm, mean, standard deviation, min and max of each row', async () => {
  const world = await startWorld();
  const wide = Float32Array.from({ length: 600 }, (_, i) => (i === 0 ? 5 : 0));
  await profile(world, {
    image: new ort.Tensor('int32', [3, 4, 0, 0], [1, 1, 2, 2]),
    embedding: new ort.Tensor('float32', wide, [1, 600]),
  });
  const valueOf = (name: string) => pointsOfField(world.collector, name)[0]?.sum;
  expect(valueOf('image.norm')).toBe(5);
  expect(valueOf('image.mean')).toBe(1.75);
  // Variance of 3, 4, 0, 0 around 1.75 is (1.5625 + 5.0625 + 2 * 3.0625) / 4.
  expect(valueOf('image.std')).toBeCloseTo(Math.sqrt(3.1875), 12);
  expect(valueOf('image.min')).toBe(0);
  expect(valueOf('image.max')).toBe(4);
  expect(valueOf('embedding.norm')).toBe(5);
  expect(pointsOfField(world.collector, 'embedding_0')).toEqual([]);
});

test('tensors with other row counts than the run are counted, not mixed in', async () => {
  const world = await startWorld();
  await profile(world, {
    x: new ort.Tensor('float32', [1, 2], [2]),
    threshold: new ort.Tensor('float32', [0.5], [1]),
  });
  expect(pointsOfField(world.collector, 'x')[0]?.count).toBe(2);
  expect(pointsOfField(world.collector, 'threshold')).toEqual([]);
  const dropped = world.collector.points('ml.agent.dropped');
  expect(dropped.map(({ attributes, value }) => [attributes.reason, value])).toEqual([['row_mismatch', 2]]);
});

test('distinct texts are bounded: the 1001st, and one of 513 characters, count as others', async () => {
  const world = await startWorld();
  const texts = Array.from({ length: 1200 }, (_, i) => `text ${i}`);
  await profile(world, { t: new ort.Tensor('string', [...texts, 'x'.repeat(513)], [1201]) });
  const categories = categoriesOf(world.collector, 't');
  expect(Object.keys(categories)).toHaveLength(1001);
  expect(categories.__other__).toBe(201);
});

test('the width of a tensor may change from run to run', async () => {
  const world = await startWorld();
  const session = await createIdentitySession({ name: 'x', type: 'float32', shape: ['n', 'd'] });
  const agent = world.startAgent();
  const watched = agent.watch(session, { model: 'm', version: '1' });
  await watched.run({ x: new ort.Tensor('float32', [1, 2], [1, 2]) });
  await watched.run({ x: new ort.Tensor('float32', [10, 20, 30], [1, 3]) });
  await watched.run({ x: new ort.Tensor('float32', [100, 200], [1, 2]) });
  await agent.flush();
  const counts = ['x_0', 'x_1', 'x_2'].map((name) => pointsOfField(world.collector, name)[0]?.sum);
  expect(counts).toEqual([111, 222, 30]);
});

test('a float16 output of a real session is profiled, as whichever array it comes', async () => {
  const world = await startWorld();
  const model = tinyOnnx(
    [{ name: 'x', type: 'float32', shape: ['n'] }],
    [{ name: 'half', type: 'float16', shape: ['n'] }],
    [{ op: 'Cast', inputs: ['x'], outputs: ['half'], attributes: { to: ELEMENT_TYPES.float16 } }],
  );
  const agent = world.startAgent();
  const watched = agent.watch(await ort.InferenceSession.create(model), { model: 'm', version: '1' });
  // 0.1 is 0.0999755859375 in half precision.
  await watched.run({ x: new ort.Tensor('float32', [0.1, 100], [2]) });
  await agent.flush();
  expect(pointsOfField(world.collector, 'half', 'output')[0]).toMatchObject({
    count: 2,
    min: 0.0999755859375,
    max: 100,
  });
});

test('float16 data that comes as bits (Node below 24) is read as such', async () => {
  const world = await startWorld();
  // 1, 2 and 100 in IEEE half precision.
  const tensor = { type: 'float16', dims: [3], data: Uint16Array.of(0x3c00, 0x4000, 0x5640) };
  const image = { type: 'float16', dims: [3, 1, 1], data: tensor.data };
  const session = { inputNames: ['x'], outputNames: [], run: () => Promise.resolve({ x_out: tensor, image }) };
  const agent = world.startAgent();
  await agent.watch(session as never, { model: 'm', version: '1' }).run({ x: tensor as never });
  await agent.flush();
  for (const [name, role] of [
    ['x', 'input'],
    ['x_out', 'output'],
    ['image.max', 'output'],
  ] as const) {
    expect(pointsOfField(world.collector, name, role)[0]).toMatchObject({ sum: 103, min: 1, max: 100 });
  }
});
