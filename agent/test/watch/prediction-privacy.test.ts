import { createHmac } from 'node:crypto';
import * as ort from 'onnxruntime-node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAgent, type AgentOptions, type PredictionOptions, type WatchOptions } from '../../src/index.ts';
import { type DecodedRow, decodeRows } from '../export/arrow-decode.ts';
import { answerLayouts } from '../export/fake-collector.ts';
import { createIdentitySession, startWorld, type World } from './watched-world.ts';

const KEY = 'a key of 16 chars';
const X = { name: 'x', type: 'float32', shape: ['n', 2] } as const;
const S = { name: 's', type: 'string', shape: ['n'] } as const;
const feeds = (texts = ['ana', 'bob']) => ({
  x: new ort.Tensor(
    'float32',
    Float32Array.from({ length: texts.length * 2 }, (_, i) => i / 4),
    [texts.length, 2],
  ),
  s: new ort.Tensor('string', texts, [texts.length]),
});

afterEach(() => {
  vi.unstubAllEnvs();
});

interface Sent {
  readonly rows: DecodedRow[];
  readonly dropped: object;
}

async function send(
  predictions: PredictionOptions | false,
  { world, ids = ['a', 'b'], fields }: { world?: World; ids?: string[]; fields?: WatchOptions['fields'] } = {},
): Promise<Sent> {
  const place = world ?? (await startWorld());
  const agent = place.startAgent({ predictions });
  const watched = agent.watch(await createIdentitySession(X, S), { model: 'm', version: '1', fields });
  if (world !== undefined) expect(await agent.ready()).toBe(true);
  await watched.with({ ids }).run(feeds(ids.map((id) => `name of ${id}`)));
  await agent.flush();
  return { rows: place.collector.acceptedPredictions.flatMap(decodeRows), dropped: agent.stats().dropped };
}

/** Names of the values that a row has, in order. */
function namesIn(row: DecodedRow | undefined): string[] {
  return Object.keys(row ?? {}).filter((name) => /^(in|out)put\./.test(name));
}

const OUTPUTS = ['output.x_out_0', 'output.x_out_1', 'output.s_out'];
const INPUTS = ['input.x_0', 'input.x_1', 'input.s'];

test.each([
  [{ sampling: 1.1 }, /predictions\.sampling is 1\.1; allowed: a number from 0 to 1/],
  [{ sampling: NaN }, /predictions\.sampling/],
  [{ inputs: -0.1 }, /predictions\.inputs/],
  [{ exclude: 'income' }, /predictions\.exclude is income; allowed: a list of names/],
  [{ always: [''] }, /predictions\.always/],
  [{ hash: ['income'] }, /predictions\.hashKey is undefined; allowed: a text of at least 16/],
  [{ hash: ['income'], hashKey: 'tooshort' }, /predictions\.hashKey is a text of 8 characters/],
  [{ maxQueueBytes: 0 }, /predictions\.maxQueueBytes is 0/],
  [{ sample: 1 }, /predictions\.sample is given; allowed: the keys sampling/],
  [true, /predictions is true; allowed: an object, or false/],
])('predictions: %j is refused', (predictions, message) => {
  const options = { endpoint: 'http://h', predictions } as unknown as AgentOptions;
  expect(() => createAgent(options)).toThrow(message);
});

test('a refused key of the hash is not shown', () => {
  const refuse = () => createAgent({ endpoint: 'http://h', predictions: { hashKey: 'my secret' } });
  expect(refuse).not.toThrow(/secret/);
});

describe('nothing is sent', () => {
  test('without ids', async () => {
    const world = await startWorld();
    const agent = world.startAgent();
    const watched = agent.watch(await createIdentitySession(X, S), { model: 'm', version: '1' });
    await watched.run(feeds());
    await watched.with({ segment: { channel: 'app' } }).run(feeds());
    await agent.flush();
    expect(world.collector.requests.map(({ path }) => path)).not.toContain('/v1/predictions');
  });

  test('with predictions: false', async () => {
    expect(await send(false)).toEqual({ rows: [], dropped: {} });
  });

  test('with sampling 0', async () => {
    expect(await send({ sampling: 0 })).toEqual({ rows: [], dropped: {} });
  });

  test('with PRUMO_DISABLED, whatever the options', async () => {
    vi.stubEnv('PRUMO_DISABLED', '1');
    const world = await startWorld();
    const agent = world.startAgent({ predictions: { sampling: 1, inputs: 1 } });
    const watched = agent.watch(await createIdentitySession(X, S), { model: 'm', version: '1' });
    expect((await watched.with({ ids: ['a', 'b'] }).run(feeds())).s_out?.data).toEqual(['ana', 'bob']);
    await agent.shutdown();
    expect(world.collector.requests).toEqual([]);
  });
});

test('outputs are the very objects of the session', async () => {
  const outputs = { y: new ort.Tensor('float32', [1], [1]) };
  const session = { inputNames: ['x'], outputNames: ['y'], run: () => Promise.resolve(outputs) };
  const world = await startWorld();
  const agent = world.startAgent({ predictions: { inputs: 1, hash: ['y'], hashKey: KEY } });
  const watched = agent.watch(session as never, { model: 'm', version: '1' });
  const got = await watched.with({ ids: ['a'] }).run({ x: new ort.Tensor('float32', [1], [1]) });
  expect(got).toBe(outputs);
  expect(got.y).toBe(outputs.y);
  expect(got.y?.data).toEqual(new Float32Array([1]));
});

describe('fields', () => {
  test('outputs alone by default; with inputs: 1 the inputs too', async () => {
    expect(namesIn((await send({})).rows[0])).toEqual(OUTPUTS);
    const { rows } = await send({ inputs: 1 });
    expect(namesIn(rows[0])).toEqual([...INPUTS, ...OUTPUTS]);
    expect(rows[1]).toMatchObject({ 'input.x_0': 0.5, 'input.x_1': 0.75, 'input.s': 'name of b' });
  });

  test('exclude holds for inputs and outputs, and before `always` and `hash`', async () => {
    const exclude = ['x_1', 's', 's_out'];
    const { rows } = await send({ inputs: 1, exclude, always: ['s'], hash: ['s_out'], hashKey: KEY });
    expect(namesIn(rows[0])).toEqual(['input.x_0', 'output.x_out_0', 'output.x_out_1']);
  });

  test('always: every row carries these inputs, and no others', async () => {
    const { rows } = await send({ always: ['x_1'] });
    expect(namesIn(rows[0])).toEqual(['input.x_1', ...OUTPUTS]);
    expect(rows.map((row) => row['input.x_1'])).toEqual([0.25, 0.75]);
  });

  test('hash: HMAC-SHA256 of the value as text, keyed', async () => {
    const { rows } = await send({ inputs: 1, hash: ['s', 'x_out_1'], hashKey: KEY });
    const digest = (text: string) => createHmac('sha256', KEY).update(text).digest('hex').slice(0, 32);
    expect(rows[0]).toMatchObject({ 'input.s': digest('name of a'), 'output.x_out_1': digest('0.25') });
    expect(rows[1]).toMatchObject({ 'input.s': digest('name of b'), 'output.x_out_1': digest('0.75') });
    const other = await send({ inputs: 1, hash: ['s'], hashKey: `another ${KEY}` });
    expect(other.rows[0]?.['input.s']).not.toBe(digest('name of a'));
  });

  test.each([
    ['excluded', { exclude: ['y'] }],
    ['hashed', { hash: ['y'], hashKey: KEY }],
  ])('a score that is %s is not sent as score either', async (_what, predictions) => {
    const world = await startWorld();
    const outputs = () => ({ y: new ort.Tensor('float32', [0.625], [1]) });
    const session = { inputNames: ['x'], outputNames: ['y'], run: () => Promise.resolve(outputs()) };
    const agent = world.startAgent({ predictions });
    const watched = agent.watch(session as never, { model: 'm', version: '1' });
    await watched.with({ ids: ['a'] }).run({ x: new ort.Tensor('float32', [1], [1]) });
    await agent.flush();
    const rows = world.collector.acceptedPredictions.flatMap(decodeRows);
    expect(rows).toMatchObject([{ id: 'a', score: null }]);
    expect(Object.values(rows[0]!)).not.toContain(0.625);
  });
});

describe('before it is known which column is meant', () => {
  const income = { role: 'input', type: 'numeric', tensor: 'x', elementType: 'float32', missing: [] };
  const declared = [
    { ...income, name: 'income', column: 0 },
    { ...income, name: 'age', column: 1 },
  ];

  test('no value leaves, which is counted', async () => {
    const { rows, dropped } = await send({ inputs: 1, exclude: ['income'] });
    expect(rows).toMatchObject([{ id: 'a' }, { id: 'b' }]);
    expect(rows.flatMap(namesIn)).toEqual([]);
    expect(dropped).toEqual({ predictions_unnamed: 2 });
  });

  test('names that the host gave are known', async () => {
    const fields = { x: ['income', 'age'] };
    const { rows, dropped } = await send({ inputs: 1, exclude: ['income'] }, { fields });
    expect(namesIn(rows[0])).toEqual(['input.age', 'input.s', ...OUTPUTS]);
    expect(dropped).toEqual({});
  });

  test('layouts tell the names', async () => {
    const world = await startWorld();
    world.collector.onLayouts = answerLayouts({ format: 1, model: 'm', version: '1', fields: declared, segments: [] });
    const { rows, dropped } = await send({ inputs: 1, exclude: ['income'] }, { world });
    expect(namesIn(rows[0])).toEqual(['input.age', 'input.s']);
    expect(dropped).toEqual({});
  });
});

describe('sampling', () => {
  const ids = Array.from({ length: 4000 }, (_, i) => `loan-${i}`);

  test('another agent and version keep the same ids, in any order, with their weight', async () => {
    const first = await send({ sampling: 0.25 }, { ids });
    const second = await send({ sampling: 0.25 }, { ids: ids.toReversed() });
    const kept = first.rows.map(({ id }) => id);
    expect(second.rows.map(({ id }) => id).reverse()).toEqual(kept);
    expect(new Set([...first.rows, ...second.rows].map(({ weight }) => weight))).toEqual(new Set([4]));
    // Six standard deviations: the share is that of a fair coin.
    expect(Math.abs(kept.length - 1000)).toBeLessThan(6 * Math.sqrt(4000 * 0.25 * 0.75));
    // What is kept at a smaller share is kept at a greater one.
    const more = new Set((await send({ sampling: 0.5 }, { ids })).rows.map(({ id }) => id));
    expect(kept.every((id) => more.has(id))).toBe(true);
  });

  test('which rows carry inputs depends on the id, not on what was kept; rows without are null', async () => {
    const all = await send({ inputs: 0.5 }, { ids });
    const some = await send({ inputs: 0.5, sampling: 0.5 }, { ids });
    const withInputs = (rows: DecodedRow[]) => rows.filter((row) => row['input.s'] !== null).map(({ id }) => id);
    const chosen = new Set(withInputs(all.rows));
    expect(Math.abs(chosen.size - 2000)).toBeLessThan(6 * Math.sqrt(1000));
    const half = withInputs(some.rows);
    expect(half).toEqual(some.rows.map(({ id }) => id).filter((id) => chosen.has(id)));
    expect(Math.abs(half.length / some.rows.length - 0.5)).toBeLessThan(6 * Math.sqrt(0.25 / some.rows.length));
    expect(all.rows.filter(({ id }) => !chosen.has(id)).every((row) => row['input.x_0'] === null)).toBe(true);
    expect(all.rows[0]).toMatchObject({ weight: 1 });
  });
});
