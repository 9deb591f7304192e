import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { answerLayouts } from '../export/fake-collector.ts';
import type { DecodedPoint } from '../export/otlp-decode.ts';
import type { TinyTensor } from './tiny-onnx.ts';
import { categoriesOf, createIdentitySession, HOUR_MS, pointsOfField, startWorld } from './watched-world.ts';

const CLASSES = ['ant', 'bee', 'cat'];
const EDGES = { hash: 'a'.repeat(32), kind: 'edges', bounds: [0.25, 0.5, 0.75] };

type Field = Record<string, unknown>;

function scoreOf(label: string, column: number, changes: Field = {}): Field {
  return {
    name: `score_${label}`,
    role: 'output',
    type: 'numeric',
    tensor: 'p_out',
    column,
    elementType: 'float32',
    missing: [],
    predictionLabel: label,
    outputRole: 'score',
    layout: EDGES,
    ...changes,
  };
}

const SCORES = CLASSES.map((label, column) => scoreOf(label, column));
const DECISION: Field = {
  name: 'decision',
  role: 'output',
  type: 'categorical',
  tensor: 'y_out',
  column: null,
  elementType: 'string',
  missing: [],
  outputRole: 'label',
};

interface Batch {
  /** Scores, row by row. */
  readonly p: readonly (readonly number[])[];
  readonly y?: readonly (string | number | bigint)[];
  readonly segment?: Readonly<Record<string, string>>;
  readonly fetches?: readonly string[];
}

/** Runs batches through a watched model whose outputs are its inputs, and flushes once; gives what the collector got. */
async function send(
  fields: readonly Field[],
  batches: readonly Batch[],
  labelType: TinyTensor['type'] = 'string',
  dropped = {},
) {
  const world = await startWorld();
  world.collector.onLayouts = answerLayouts({ format: 1, model: 'm', version: '7', fields, segments: ['channel'] });
  const agent = world.startAgent();
  const width = batches[0]!.p[0]!.length;
  const tensors: TinyTensor[] = [{ name: 'p', type: 'float32', shape: ['n', width] }];
  if (batches[0]!.y !== undefined) tensors.push({ name: 'y', type: labelType, shape: ['n'] });
  const watched = agent.watch(await createIdentitySession(...tensors), { model: 'm', version: '7' });
  expect(await agent.ready()).toBe(true);
  for (const { p, y, segment = {}, fetches } of batches) {
    const feeds = {
      p: new ort.Tensor('float32', p.flat(), [p.length, width]),
      ...(y === undefined ? {} : { y: labelTensor(labelType, y) }),
    };
    const session = watched.with({ segment });
    await (fetches === undefined ? session.run(feeds) : session.run(feeds, fetches));
  }
  world.clock.ms += HOUR_MS;
  await agent.flush();
  expect(agent.stats().dropped).toEqual(dropped);
  return world.collector;
}

function labelTensor(type: TinyTensor['type'], values: NonNullable<Batch['y']>): ort.Tensor {
  const data = type === 'int64' ? BigInt64Array.from(values as bigint[]) : values;
  return new ort.Tensor(type as 'string', data as string[], [values.length]);
}

type Sent = Awaited<ReturnType<typeof send>>;

/** Counts per cell of a score by predicted class; the key of rows without one is empty. */
function cellsOf(collector: Sent, field: string): Record<string, number[]> {
  const points = pointsOfField(collector, field, 'output').filter(({ metric }) => metric === 'ml.field.value');
  return Object.fromEntries(points.map((point) => [labelOf(point), point.counts]));
}

function sumsOf(collector: Sent, field: string, metric: string): Record<string, number> {
  const points = pointsOfField(collector, field, 'output').filter((point) => point.metric === metric);
  return Object.fromEntries(points.map((point) => [labelOf(point), point.value]));
}

function labelOf({ attributes }: DecodedPoint): string {
  return attributes['ml.prediction.label'] ?? '';
}

describe('the class that is predicted', () => {
  const rows = [
    [0.8, 0.1, 0.1],
    [0.3, 0.6, 0.1],
    [0.9, 0.1, 0],
    [0.1, 0.1, 0.8],
  ];

  test('without a label output it is the one with the greatest score', async () => {
    const collector = await send(SCORES, [{ p: rows }]);
    expect(cellsOf(collector, 'score_ant')).toEqual({ ant: [0, 0, 0, 2], bee: [0, 1, 0, 0], cat: [1, 0, 0, 0] });
    expect(cellsOf(collector, 'score_bee')).toEqual({ ant: [2, 0, 0, 0], bee: [0, 0, 1, 0], cat: [1, 0, 0, 0] });
    expect(cellsOf(collector, 'score_cat')).toEqual({ ant: [2, 0, 0, 0], bee: [1, 0, 0, 0], cat: [0, 0, 0, 1] });
    const [point] = pointsOfField(collector, 'score_ant', 'output').filter((own) => labelOf(own) === 'ant');
    expect(point).toMatchObject({ count: 2, min: Math.fround(0.8), attributes: { 'ml.layout': EDGES.hash } });
    expect(point?.sum).toBeCloseTo(1.7, 6);
    // Inputs, and what is no class score, are not told apart by it.
    const others = collector.points().filter(({ attributes }) => !attributes['ml.field.name']?.startsWith('score_'));
    expect(others.filter((own) => labelOf(own) !== '')).toEqual([]);
  });

  test('of equal scores it is the first in the order of the layouts', async () => {
    const tied = [
      [0.4, 0.4, 0.2],
      [0.2, 0.4, 0.4],
      [0.3, 0.3, 0.3],
    ];
    const counts = async (fields: Field[]) => {
      const cells = cellsOf(await send(fields, [{ p: tied }]), 'score_cat');
      return Object.fromEntries(Object.entries(cells).map(([label, own]) => [label, own.reduce((a, b) => a + b)]));
    };
    expect(await counts(SCORES)).toEqual({ ant: 2, bee: 1 });
    expect(await counts(SCORES.toReversed())).toEqual({ bee: 1, cat: 2 });
  });

  test('with a label output it is its value, whatever the scores are', async () => {
    const collector = await send([...SCORES, DECISION], [{ p: rows, y: ['cat', 'bee', 'cat', 'ant'] }]);
    expect(cellsOf(collector, 'score_ant')).toEqual({ cat: [0, 0, 0, 2], bee: [0, 1, 0, 0], ant: [1, 0, 0, 0] });
    expect(categoriesOf(collector, 'decision', 'output')).toEqual({ ant: 1, bee: 1, cat: 2 });
    const decisions = pointsOfField(collector, 'decision', 'output');
    expect(decisions.filter((own) => labelOf(own) !== '')).toEqual([]);
  });

  test('a label output of numbers is read as the classes are named', async () => {
    const fields = [...['0', '1', '2'].map((label, column) => scoreOf(label, column)), DECISION];
    const integers = await send(fields, [{ p: rows, y: [2n, 1n, 2n, 0n] }], 'int64');
    expect(cellsOf(integers, 'score_0')).toEqual({ 2: [0, 0, 0, 2], 1: [0, 1, 0, 0], 0: [1, 0, 0, 0] });
    const texts = await send(fields, [{ p: rows, y: ['2.0', 'true', ' 2', '-0'] }]);
    expect(cellsOf(texts, 'score_0')).toEqual(cellsOf(integers, 'score_0'));
    const floats = await send(fields, [{ p: rows, y: [2, 1, NaN, 0] }], 'float32');
    expect(cellsOf(floats, 'score_0')).toEqual({ 2: [0, 0, 0, 1], 1: [0, 1, 0, 0], 0: [1, 0, 0, 0], '': [0, 0, 0, 1] });
  });

  test('rows whose label is missing are counted without a class', async () => {
    const fields = [...SCORES, { ...DECISION, missing: ['n/a'] }];
    const collector = await send(fields, [{ p: rows, y: ['', 'bee', 'n/a', 'cat'] }]);
    expect(cellsOf(collector, 'score_ant')).toEqual({ '': [0, 0, 0, 2], bee: [0, 1, 0, 0], cat: [1, 0, 0, 0] });
  });

  test('where a run gives no label the greatest score decides; where it gives not all scores nothing does', async () => {
    const split = [scoreOf('ant', 0), scoreOf('bee', 1), scoreOf('cat', 0, { tensor: 'y_out', column: null })];
    const partial = await send(split, [{ p: rows, y: [0, 0, 0, 1], fetches: ['p_out'] }], 'float32');
    expect(cellsOf(partial, 'score_ant')).toEqual({ '': [1, 1, 0, 2] });
    const whole = await send(split, [{ p: rows, y: [0, 0, 0, 1] }], 'float32');
    expect(cellsOf(whole, 'score_ant')).toEqual({ ant: [0, 0, 0, 2], bee: [0, 1, 0, 0], cat: [1, 0, 0, 0] });
    const unlabeled = await send(
      [...SCORES, DECISION],
      [{ p: rows, y: ['cat', 'cat', 'cat', 'cat'], fetches: ['p_out'] }],
    );
    expect(cellsOf(unlabeled, 'score_ant')).toEqual({ ant: [0, 0, 0, 2], bee: [0, 1, 0, 0], cat: [1, 0, 0, 0] });
  });
});

describe('rows with a score that is missing or infinite', () => {
  const rows = [
    [0.8, 0.1, 0.1],
    [NaN, 0.6, 0.1],
    [0.9, Infinity, 0],
    [0.1, -1, 0.8],
  ];
  const fields = SCORES.map((field) => ({ ...field, missing: [-1] }));

  test('have no class of their own where the greatest score decides, and are all counted', async () => {
    const collector = await send(fields, [{ p: rows }]);
    expect(cellsOf(collector, 'score_ant')).toEqual({ ant: [0, 0, 0, 1], '': [1, 0, 0, 1] });
    expect(sumsOf(collector, 'score_ant', 'ml.field.missing')).toEqual({ '': 1 });
    expect(sumsOf(collector, 'score_bee', 'ml.field.missing')).toEqual({ '': 1 });
    expect(sumsOf(collector, 'score_bee', 'ml.field.invalid')).toEqual({ '': 1 });
  });

  test('are counted under their class where the label output says it', async () => {
    const collector = await send([...fields, DECISION], [{ p: rows, y: ['ant', 'bee', 'bee', 'cat'] }]);
    expect(cellsOf(collector, 'score_bee')).toEqual({
      ant: [1, 0, 0, 0],
      bee: [0, 0, 1, 0],
      cat: [0, 0, 0, 0],
    });
    expect(sumsOf(collector, 'score_bee', 'ml.field.invalid')).toEqual({ bee: 1 });
    expect(sumsOf(collector, 'score_bee', 'ml.field.missing')).toEqual({ cat: 1 });
    expect(sumsOf(collector, 'score_ant', 'ml.field.missing')).toEqual({ bee: 1 });
  });
});

test('several batches of an interval add up, and segments are told apart', async () => {
  const ant = [0.8, 0.1, 0.1];
  const bee = [0.1, 0.8, 0.1];
  const collector = await send(SCORES, [
    { p: [ant], segment: { channel: 'app' } },
    { p: [bee, ant, bee], segment: { channel: 'app' } },
    { p: [bee], segment: { channel: 'web' } },
    { p: [ant, ant], segment: { channel: 'app' } },
  ]);
  const points = pointsOfField(collector, 'score_bee', 'output');
  const rows = points.map((own) => [own.attributes['ml.segment.channel'], labelOf(own), own.count]);
  expect(rows.sort()).toEqual([
    ['app', 'ant', 4],
    ['app', 'bee', 2],
    ['web', 'bee', 1],
  ]);
});

describe('more than 64 classes', () => {
  const identity = (size: number) => Array.from({ length: size }, (_, i) => i);

  test('the declared ones after the 64th are counted together', async () => {
    const classes = identity(70);
    const p = classes.map((row) => classes.map((column) => (row === column ? 1 : 0)));
    const fields = classes.map((column) => scoreOf(`${column}`, column));
    const collector = await send(fields, [{ p }, { p }]);
    const cells = cellsOf(collector, 'score_69');
    expect(new Set(Object.keys(cells))).toEqual(new Set([...identity(64).map(String), '__other__']));
    expect(cells.__other__).toEqual([10, 0, 0, 2]);
    expect(cells['63']).toEqual([2, 0, 0, 0]);
  });

  test('so are labels that no score has', async () => {
    const y = ['dog', 'cat', '__other__', 'x'.repeat(513)];
    const p = y.map(() => [0.1, 0.2, 0.7]);
    // Too long as a category of the input, and of the output.
    const collector = await send([...SCORES, DECISION], [{ p, y }], 'string', { long_category: 2 });
    expect(cellsOf(collector, 'score_cat')).toEqual({ cat: [0, 0, 1, 0], __other__: [0, 0, 3, 0] });
  });
});

describe('other models are counted as before', () => {
  const rows = [
    [0.8, 0.2],
    [0.1, 0.9],
  ];
  const score = scoreOf('1', 1);

  test.each<[string, Field[]]>([
    ['a binary score with a label output', [score, DECISION]],
    ['two outputs of which one is a score', [scoreOf('0', 0, { outputRole: 'other' }), score, DECISION]],
    ['two scores of which one has a class', [scoreOf('0', 0, { predictionLabel: undefined }), score, DECISION]],
    ['outputs without roles', [scoreOf('0', 0, { outputRole: undefined }), { ...score, outputRole: undefined }]],
  ])('%s: one series per field, without a class', async (_, fields) => {
    const collector = await send(fields, [{ p: rows, y: ['0', '1'] }]);
    expect(cellsOf(collector, 'score_1')).toEqual({ '': [1, 0, 0, 1] });
    expect(collector.points().filter((point) => 'ml.prediction.label' in point.attributes)).toEqual([]);
  });

  test('and so is every model before its layouts come', async () => {
    const world = await startWorld();
    const agent = world.startAgent();
    const watched = agent.watch(await createIdentitySession({ name: 'p', type: 'float32', shape: ['n', 2] }), {
      model: 'm',
      version: '7',
    });
    await watched.run({ p: new ort.Tensor('float32', rows.flat(), [2, 2]) });
    await agent.flush();
    expect(pointsOfField(world.collector, 'p_out_0', 'output').map(({ count }) => count)).toEqual([2]);
    expect(world.collector.points().filter((point) => 'ml.prediction.label' in point.attributes)).toEqual([]);
  });
});
