import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { tinyOnnx } from './tiny-onnx.ts';
import { createIdentitySession, HOUR_MS, pointsOfField, startWorld } from './watched-world.ts';

const X = { name: 'x', type: 'float32', shape: ['n', 'd'] } as const;
const feed = () => ({ x: new ort.Tensor('float32', [1, 2, 3, 4], [2, 2]) });

test('a watched session is a session: instance, names, metadata, release', async () => {
  const { startAgent } = await startWorld();
  const session = await createIdentitySession(X);
  const watched = startAgent().watch(session, { model: 'm', version: '1' });
  const assignable: ort.InferenceSession = watched;
  expect(assignable).toBeInstanceOf(ort.InferenceSession);
  expect(watched.inputNames).toBe(session.inputNames);
  expect(watched.outputNames).toBe(session.outputNames);
  expect(watched.inputMetadata).toBe(session.inputMetadata);
  expect(watched.outputMetadata).toBe(session.outputMetadata);
  await watched.release();
  await expect(session.run(feed())).rejects.toThrow();
});

test('outputs are the very objects of the session, with fetches and options passed on', async () => {
  const { startAgent } = await startWorld();
  const session = await createIdentitySession(X);
  const returned: unknown[] = [];
  const seen: unknown[][] = [];
  const spied = Object.create(session, {
    run: {
      value: async (...args: Parameters<typeof session.run>) => {
        seen.push(args);
        const outputs = await session.run(...args);
        returned.push(outputs);
        return outputs;
      },
    },
  }) as ort.InferenceSession;
  const watched = startAgent().watch(spied, { model: 'm', version: '1' });
  const options = { tag: 'a' };
  expect(await watched.run(feed(), ['x_out'], options)).toBe(returned[0]);
  expect(await watched.with({ ids: ['1', '2'] }).run(feed())).toBe(returned[1]);
  expect(seen[0]?.slice(1)).toEqual([['x_out'], options]);
  expect(seen[1]).toHaveLength(1);
});

test('an error of the model reaches the caller untouched, and is counted', async () => {
  const { startAgent, collector, clock } = await startWorld();
  // Adding [2,2] to [2,3] fails when it runs.
  const inputs = ['a', 'b'].map((name) => ({ name, type: 'float32', shape: ['n', name] }) as const);
  const model = tinyOnnx(
    inputs,
    [{ name: 'c', type: 'float32', shape: ['n', 'd'] }],
    [{ op: 'Add', inputs: ['a', 'b'], outputs: ['c'] }],
  );
  const agent = startAgent();
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
  const thrown: unknown[] = [];
  const spied = Object.create(session, {
    run: {
      value: (...args: Parameters<typeof session.run>) =>
        session.run(...args).catch((error: unknown) => {
          thrown.push(error);
          throw error;
        }),
    },
  }) as ort.InferenceSession;
  const watched = agent.watch(spied, { model: 'm', version: '1' });
  const bad = {
    a: new ort.Tensor('float32', new Float32Array(4), [2, 2]),
    b: new ort.Tensor('float32', new Float32Array(6), [2, 3]),
  };
  const caught: unknown = await watched.run(bad).catch((error: unknown) => error);
  expect(caught).toBeInstanceOf(Error);
  expect(caught).toBe(thrown[0]);
  clock.ms += HOUR_MS;
  await agent.flush();
  expect(collector.points('ml.inference.errors')[0]?.value).toBe(1);
  expect(collector.points('ml.inference.rows')).toEqual([]);
});

test('an observer that fails at every turn changes nothing for the host', async () => {
  const world = await startWorld();
  const fail = () => {
    throw new Error('fault');
  };
  const agent = world.startAgent({ now: fail, onLog: fail });
  const session = await createIdentitySession(X);
  // After the run, reading the tensors fails.
  const trapped = Object.create(session, {
    run: {
      value: async (feeds: Record<string, ort.Tensor>) => {
        const outputs = await session.run({ x: new ort.Tensor('float32', [1, 2, 3, 4], [2, 2]) });
        for (const tensor of [feeds.x!, outputs.x_out!]) Object.defineProperty(tensor, 'dims', { get: fail });
        return outputs;
      },
    },
  }) as ort.InferenceSession;
  const watched = agent.watch(trapped, { model: 'm', version: '1' });
  const segment = Object.defineProperty({}, 'channel', { get: fail, enumerable: true });
  for (const runner of [watched, watched.with({ segment }), watched.with(null as never)]) {
    const outputs = await runner.run(feed());
    expect([...(outputs.x_out!.data as Float32Array)]).toEqual([1, 2, 3, 4]);
  }
  await agent.flush();
  expect(agent.stats().dropped.observer_error).toBe(3);
  expect(world.collector.points('ml.agent.dropped').map(({ attributes }) => attributes.reason)).toContain(
    'observer_error',
  );
});

test('what cannot be watched works unwatched, and is counted', async () => {
  const { startAgent } = await startWorld();
  const agent = startAgent();
  const session = await createIdentitySession(X);
  const wrong = [
    { model: 'm' },
    { model: '' },
    { model: 'Not Allowed', version: '1' },
    { model: 'm', onnx: 7 },
    null,
    { model: 'm', version: '1', fields: { x: 1 } },
  ];
  for (const options of wrong) {
    const watched = agent.watch(session, options as never);
    expect((await watched.run(feed())).x_out?.dims).toEqual([2, 2]);
    expect((await watched.with({}).run(feed())).x_out?.dims).toEqual([2, 2]);
  }
  expect(agent.watch(null as never, { model: 'm', version: '1' })).toBeNull();
  expect(agent.stats().dropped).toEqual({ watch_refused: 7 });
});

test('two sessions of one model are two streams: nothing of theirs replaces the other', async () => {
  const { startAgent, collector, clock } = await startWorld();
  const agent = startAgent();
  for (let i = 0; i < 2; i++) {
    await agent.watch(await createIdentitySession(X), { model: 'm', version: '1' }).run(feed());
  }
  clock.ms += HOUR_MS;
  await agent.flush();
  const points = pointsOfField(collector, 'x_0');
  expect(points.map(({ count }) => count)).toEqual([2, 2]);
  expect(new Set(points.map(({ start }) => start)).size).toBe(2);
  expect(new Set(points.map(({ end }) => end)).size).toBe(1);
});

test('after shutdown sessions go on, and nothing more is counted or sent', async () => {
  const { startAgent, collector } = await startWorld();
  const agent = startAgent();
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '1' });
  await watched.run(feed());
  await agent.shutdown();
  const sent = collector.bodies.length;
  expect(sent).toBe(1);
  await watched.run(feed());
  await agent.watch(await createIdentitySession(X), { model: 'm', version: '1' }).run(feed());
  await agent.flush();
  await agent.shutdown();
  expect(collector.bodies).toHaveLength(sent);
  expect(agent.stats()).toMatchObject({ enabled: false, rows: 2 });
});
