import { createHash } from 'node:crypto';
import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { decodeRows, decodeTable, type DecodedRow, typesOf } from '../export/arrow-decode.ts';
import { answerLayouts } from '../export/fake-collector.ts';
import type { RunContext } from '../../src/index.ts';
import { identityModel, type TinyTensor, type TinyType } from './tiny-onnx.ts';
import { createIdentitySession, startWorld, type World } from './watched-world.ts';

type Feeds = Record<string, ort.Tensor>;

const X = { name: 'x', type: 'float32', shape: ['n'] } as const;
const feed = (...values: number[]) => ({ x: new ort.Tensor('float32', values, [values.length]) });

/** Rows that the collector took. */
function rowsIn({ collector }: World): DecodedRow[] {
  return collector.acceptedPredictions.flatMap(decodeRows);
}

/** Passes runs through a model of identities, and gives the rows that were sent. */
async function send(
  world: World,
  tensors: readonly TinyTensor[],
  runs: readonly [RunContext, Feeds][],
  options: { readonly awaitsLayouts?: boolean } = {},
): Promise<DecodedRow[]> {
  const agent = world.startAgent();
  const watched = agent.watch(await createIdentitySession(...tensors), { model: 'm', version: '1' });
  if (options.awaitsLayouts) expect(await agent.ready()).toBe(true);
  for (const [context, feeds] of runs) await watched.with(context).run(feeds);
  await agent.flush();
  return rowsIn(world);
}

test('a row carries who made it, its id, time, segment, outputs and score', async () => {
  const world = await startWorld();
  const onnx = identityModel(X);
  const agent = world.startAgent({ environment: 'staging', token: 'secret' });
  const watched = agent.watch(await createIdentitySession(X), { model: 'loan', onnx });
  await watched.with({ ids: ['loan-42', 'loan-43'], segment: { channel: 'app' } }).run(feed(0.25, -0));
  world.clock.ms += 5;
  await watched.with({ ids: ['é 😀'], segment: { region: 'north' } }).run(feed(7));
  await watched.run(feed(9));
  await agent.flush();
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  const made = { model: 'loan', version: null, sha256, environment: 'staging', serving_role: 'champion', weight: 1 };
  const time = world.clock.ms - 5;
  const app = { 'segment.channel': 'app', 'segment.region': null };
  const north = { 'segment.channel': null, 'segment.region': 'north' };
  expect(rowsIn(world)).toEqual([
    { ...made, id: 'loan-42', time, score: 0.25, ...app, 'output.x_out': 0.25 },
    { ...made, id: 'loan-43', time, score: -0, ...app, 'output.x_out': -0 },
    { ...made, id: 'é 😀', time: time + 5, score: 7, ...north, 'output.x_out': 7 },
  ]);
  const [body] = world.collector.acceptedPredictions;
  expect(decodeTable(body!).schema.metadata).toEqual(new Map([['prumo.format', '1']]));
  expect(typesOf(body!)).toMatchObject({
    id: 'Utf8',
    time: 'Timestamp<MILLISECOND, UTC>',
    score: 'Float64',
    weight: 'Float64',
    'output.x_out': 'Float64',
    'segment.channel': 'Utf8',
  });
  expect(world.collector.requests.find(({ path }) => path === '/v1/predictions')?.headers).toMatchObject({
    'content-type': 'application/vnd.apache.arrow.stream',
    'content-encoding': 'gzip',
    authorization: 'Bearer secret',
  });
  expect(agent.stats()).toMatchObject({ rows: 4, sentPredictions: 3, queuedPredictions: 0, dropped: {} });
});

test('the bytes of a stream end with its end, as readers of streams expect', async () => {
  const world = await startWorld();
  await send(world, [X], [[{ ids: ['a'] }, feed(1)]]);
  const body = world.collector.acceptedPredictions[0]!;
  expect([...body.subarray(-8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
});

describe('values per kind of tensor', () => {
  test.each<[TinyType, unknown, string, unknown[]]>([
    ['float32', new Float32Array([0.1, NaN, -Infinity]), 'Float64', [Math.fround(0.1), null, null]],
    ['float64', new Float64Array([0.1, 1e308, Infinity]), 'Float64', [0.1, 1e308, null]],
    ['int32', new Int32Array([-(2 ** 31), 0, 5]), 'Float64', [-(2 ** 31), 0, 5]],
    ['uint8', new Uint8Array([255, 0, 1]), 'Float64', [255, 0, 1]],
    ['int64', new BigInt64Array([2n ** 53n - 1n, -7n, 0n]), 'Float64', [2 ** 53 - 1, -7, 0]],
    ['int64', new BigInt64Array([2n ** 53n + 1n, -7n, 0n]), 'Utf8', ['9007199254740993', '-7', '0']],
    ['uint64', new BigUint64Array([2n ** 64n - 1n, 1n, 2n]), 'Utf8', ['18446744073709551615', '1', '2']],
    ['bool', new Uint8Array([1, 0, 1]), 'Bool', [true, false, true]],
    ['string', ['ä"\n', '', 'x'.repeat(513)], 'Utf8', ['ä"\n', null, null]],
  ])('%s %o', async (type, data, arrowType, expected) => {
    const world = await startWorld();
    const tensor = new ort.Tensor(type as 'float32', data as Float32Array, [3]);
    const rows = await send(world, [{ name: 'v', type, shape: ['n'] }], [[{ ids: ['a', 'b', 'c'] }, { v: tensor }]]);
    expect(rows.map((row) => row['output.v_out'])).toEqual(expected);
    expect(typesOf(world.collector.acceptedPredictions[0]!)['output.v_out']).toBe(arrowType);
  });

  test('float16, as bits or numbers', async () => {
    for (const data of [Uint16Array.of(0x3800, 0x7e00, 0xc000), [0.5, NaN, -2]]) {
      const world = await startWorld();
      const y = { type: 'float16', dims: [3], data };
      const session = { inputNames: ['x'], outputNames: ['y'], run: () => Promise.resolve({ y }) };
      const agent = world.startAgent();
      const watched = agent.watch(session as never, { model: 'm', version: '1' });
      await watched.with({ ids: ['a', 'b', 'c'] }).run(feed(1, 2, 3));
      await agent.flush();
      expect(rowsIn(world).map((row) => row['output.y'])).toEqual([0.5, null, -2]);
    }
  });

  test('a text that is too long is counted', async () => {
    const world = await startWorld();
    const agent = world.startAgent();
    const text = { name: 'v', type: 'string', shape: ['n'] } as const;
    const watched = agent.watch(await createIdentitySession(text), { model: 'm', version: '1' });
    await watched.with({ ids: ['a'] }).run({ v: new ort.Tensor('string', ['y'.repeat(600)], [1]) });
    await agent.flush();
    expect(agent.stats().dropped).toEqual({ text_invalid: 1, long_category: 2 });
  });
});

test('columns, whole tensors of several outputs, and rows too large for columns', async () => {
  const wide = { name: 'p', type: 'float32', shape: ['n', 2] } as const;
  const label = { name: 'l', type: 'int64', shape: ['n', 1] } as const;
  const image = { name: 'i', type: 'float32', shape: ['n', 2, 2] } as const;
  const feeds = {
    p: new ort.Tensor('float32', [0.25, 0.75, 0.5, 0.5], [2, 2]),
    l: new ort.Tensor('int64', [1n, 0n], [2, 1]),
    i: new ort.Tensor('float32', [1, 1, 1, 1, 0, 3, 0, 4], [2, 2, 2]),
  };
  const rows = await send(await startWorld(), [wide, label, image], [[{ ids: ['a', 'b'] }, feeds]]);
  expect(rows).toMatchObject([
    { id: 'a', score: null, 'output.p_out_0': 0.25, 'output.p_out_1': 0.75, 'output.l_out': 1, 'output.i_out.norm': 2 },
    { id: 'b', score: null, 'output.p_out_0': 0.5, 'output.p_out_1': 0.5, 'output.l_out': 0, 'output.i_out.norm': 5 },
  ]);
});

describe('with layouts', () => {
  const P = { name: 'p', type: 'float32', shape: ['n', 2] } as const;
  const T = { name: 't', type: 'string', shape: ['n'] } as const;
  const feeds = () => ({
    p: new ort.Tensor('float32', [0.25, 0.75, -1, 0.5], [2, 2]),
    t: new ort.Tensor('string', ['yes', 'none'], [2]),
  });
  const output = (changes: Record<string, unknown>) => ({
    name: 'bad',
    role: 'output',
    type: 'numeric',
    tensor: 'p_out',
    column: 1,
    elementType: 'float32',
    missing: [],
    ...changes,
  });
  const good = output({ name: 'good', column: 0, missing: [-1] });
  const bad = output({});
  const text = output({ name: 'text', type: 'categorical', tensor: 't_out', column: null, missing: ['none'] });

  async function sendDeclared(...fields: Record<string, unknown>[]): Promise<DecodedRow[]> {
    const world = await startWorld();
    world.collector.onLayouts = answerLayouts({ format: 1, model: 'm', version: '1', fields, segments: ['channel'] });
    const segment = { channel: 'app', undeclared: 'x' };
    return send(world, [P, T], [[{ ids: ['a', 'b'], segment }, feeds()]], { awaitsLayouts: true });
  }

  test('names are the declared ones, declared missing values are null, other outputs and segment keys stay', async () => {
    const [a, b] = await sendDeclared(good, text);
    expect(Object.keys(a!).filter((name) => /^(output|segment)/.test(name))).toEqual([
      'segment.channel',
      'output.good',
      'output.text',
    ]);
    expect(a).toMatchObject({ 'output.good': 0.25, 'output.text': 'yes', 'segment.channel': 'app' });
    expect(b).toMatchObject({ 'output.good': null, 'output.text': null });
  });

  test.each<[string, Record<string, unknown>[], unknown]>([
    [
      'the only score',
      [
        { ...good, outputRole: 'other' },
        { ...bad, outputRole: 'score' },
      ],
      0.75,
    ],
    [
      'no score of several',
      [
        { ...good, outputRole: 'score' },
        { ...bad, outputRole: 'score' },
      ],
      null,
    ],
    [
      'the only value',
      [
        { ...good, outputRole: 'value' },
        { ...bad, outputRole: 'other' },
      ],
      0.25,
    ],
    [
      'a score before a value',
      [
        { ...good, outputRole: 'value' },
        { ...bad, outputRole: 'score' },
      ],
      0.75,
    ],
    ['neither score nor value', [{ ...bad, outputRole: 'other' }], null],
    ['without roles the one with a class', [good, { ...bad, predictionLabel: '1' }], 0.75],
    ['without roles the only number', [bad, text], 0.75],
    ['without roles none of several numbers', [good, bad], null],
  ])('score: %s', async (_what, fields, score) => {
    const rows = await sendDeclared(...fields);
    expect(rows[0]).toMatchObject({ id: 'a', score });
  });
});

test('rows before and after layouts come in separate batches, each under its names, with the resolved version', async () => {
  const world = await startWorld();
  const agent = world.startAgent({ layoutsIntervalMs: 50 });
  const watched = agent.watch(await createIdentitySession(X), { model: 'm', onnx: identityModel(X) });
  await watched.with({ ids: ['before'] }).run(feed(1));
  const fields = [
    {
      name: 'risk',
      role: 'output',
      type: 'numeric',
      tensor: 'x_out',
      column: null,
      elementType: 'float32',
      missing: [],
    },
  ];
  world.collector.onLayouts = answerLayouts({ format: 1, model: 'm', version: '7', fields, segments: [] });
  expect(await agent.ready()).toBe(true);
  await watched.with({ ids: ['after'] }).run(feed(2));
  await agent.flush();
  expect(rowsIn(world)).toMatchObject([
    { id: 'before', version: '7', 'output.x_out': 1 },
    { id: 'after', version: '7', 'output.risk': 2 },
  ]);
  expect(rowsIn(world)[1]).not.toHaveProperty('output.x_out');
});

describe('ids', () => {
  test('rows without one stay, numbers are text, what is no id is counted', async () => {
    const world = await startWorld();
    const agent = world.startAgent();
    const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '1' });
    const ids = ['a', undefined, '', null, 5, 7n, 'x'.repeat(257), '\ud800', {}, NaN, 'a'];
    await watched.with({ ids: ids as string[] }).run(feed(...ids.keys()));
    await agent.flush();
    expect(rowsIn(world).map(({ id, score }) => [id, score])).toEqual([
      ['a', 0],
      ['5', 4],
      ['7', 5],
      ['a', 10],
    ]);
    expect(agent.stats().dropped).toEqual({ id_invalid: 4 });
  });

  test.each([[['a']], [['a', 'b', 'c']], [[]]])('%j for two rows: nothing is sent, nothing thrown', async (ids) => {
    const world = await startWorld();
    const agent = world.startAgent();
    const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '1' });
    expect((await watched.with({ ids }).run(feed(1, 2))).x_out?.data).toEqual(new Float32Array([1, 2]));
    await agent.flush();
    expect(world.collector.predictionBodies).toEqual([]);
    expect(agent.stats()).toMatchObject({ rows: 2, dropped: { id_mismatch: 2 } });
  });

  test('what is no list, or throws, is counted; a list that changes later does not matter', async () => {
    const world = await startWorld();
    const agent = world.startAgent();
    const watched = agent.watch(await createIdentitySession(X), { model: 'm', version: '1' });
    const ids = ['a'];
    const run = watched.with({ ids }).run(feed(1));
    ids[0] = 'b';
    await run;
    await watched.with({ ids: 'loan' as never }).run(feed(1));
    const hostile = {
      get ids(): string[] {
        throw new Error('no');
      },
    };
    await watched.with(hostile).run(feed(1));
    await agent.flush();
    expect(rowsIn(world).map(({ id }) => id)).toEqual(['a']);
    expect(agent.stats()).toMatchObject({ rows: 3, dropped: { id_invalid: 2 } });
  });

  test('tensors may be used again as soon as run has returned', async () => {
    const data = new Float32Array([1, 2]);
    const session = {
      inputNames: ['x'],
      outputNames: ['y'],
      run: () => Promise.resolve({ y: new ort.Tensor('float32', data, [2]) }),
    };
    const world = await startWorld();
    const agent = world.startAgent();
    const watched = agent.watch(session as never, { model: 'm', version: '1' });
    await watched.with({ ids: ['a', 'b'] }).run(feed(1, 2));
    data.fill(99);
    await agent.flush();
    expect(rowsIn(world).map((row) => row['output.y'])).toEqual([1, 2]);
  });
});

test('a tensor that changes its type goes on in another batch', async () => {
  const outputs = [new ort.Tensor('float32', [1], [1]), new ort.Tensor('string', ['one'], [1])];
  const session = { inputNames: ['x'], outputNames: ['y'], run: () => Promise.resolve({ y: outputs.shift() }) };
  const world = await startWorld();
  const agent = world.startAgent();
  const watched = agent.watch(session as never, { model: 'm', version: '1' });
  for (const id of ['a', 'b']) await watched.with({ ids: [id] }).run(feed(1));
  await agent.flush();
  expect(rowsIn(world)).toMatchObject([
    { id: 'a', 'output.y': 1, score: 1 },
    { id: 'b', 'output.y': 'one', score: null },
  ]);
});

test('random rows arrive as they were given', async () => {
  const tensors = [
    { name: 'f', type: 'float64', shape: ['n'] },
    { name: 's', type: 'string', shape: ['n'] },
    { name: 'b', type: 'bool', shape: ['n'] },
    { name: 'i', type: 'int64', shape: ['n'] },
  ] as const;
  const session = await createIdentitySession(...tensors);
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const row = fc.record({
    // onnxruntime cuts texts at NUL.
    id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    f: fc.double(),
    s: text.map((value) => value.replaceAll('\0', '')),
    b: fc.boolean(),
    i: fc.maxSafeInteger(),
  });
  const run = fc.tuple(fc.option(fc.constantFrom('app', 'web')), fc.array(row, { minLength: 1, maxLength: 30 }));
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), async (runs) => {
      const world = await startWorld();
      const agent = world.startAgent();
      const watched = agent.watch(session, { model: 'm', version: '1' });
      for (const [channel, rows] of runs) {
        const dims = [rows.length];
        await watched
          .with({ ids: rows.map(({ id }) => id), ...(channel === null ? {} : { segment: { channel } }) })
          .run({
            f: new ort.Tensor(
              'float64',
              rows.map(({ f }) => f),
              dims,
            ),
            s: new ort.Tensor(
              'string',
              rows.map(({ s }) => s),
              dims,
            ),
            b: new ort.Tensor(
              'bool',
              rows.map(({ b }) => b),
              dims,
            ),
            i: new ort.Tensor(
              'int64',
              rows.map(({ i }) => BigInt(i)),
              dims,
            ),
          });
      }
      await agent.flush();
      const sent = rowsIn(world).map((got) => ({
        id: got.id,
        channel: got['segment.channel'] ?? null,
        f: got['output.f_out'],
        s: got['output.s_out'],
        b: got['output.b_out'],
        i: got['output.i_out'],
      }));
      const expected = runs.flatMap(([channel, rows]) =>
        rows.map(({ id, f, s, b, i }) => ({
          id,
          channel,
          f: Number.isFinite(f) ? f : null,
          s: s === '' ? null : s,
          b,
          i: i + 0,
        })),
      );
      expect(sent).toEqual(expected);
      await agent.shutdown();
      await world.collector.close();
    }),
    { numRuns: 40 },
  );
});
