import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createAgent } from '@prumo/agent';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DistributionAnswer } from '../../collector/src/api/distribution.ts';
import type { DriftRow } from '../../collector/src/api/drift.ts';
import { packRows } from '../../collector/src/demo/columns.ts';
import { locateModelFiles } from '../../collector/src/demo/model-files.ts';
import { createRandom } from '../../collector/src/demo/random.ts';
import { createSimulator } from '../../collector/src/demo/simulator.ts';
import type { Row } from '../../collector/src/demo/world.ts';
import { startServe, type ServedCollector } from './prumo-process.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 5, 3);
const HOURS = 30;
const MODEL = 'credit-default';
/** Rows with an infinite value are in this hour: `backfill` computes no output for them, as text that is no number reads the same. */
const LAST_HOUR = HOURS - 1;
const BATCH_SIZES = [1, 2, 32, 7, 300];

const { world, reference } = createSimulator({ seed: 5, model: MODEL, start: new Date(START_MS) });
const names = world.fields.map(({ name }) => name);
const outputs = ['probability', 'decision'];

interface TimedRow {
  readonly atMs: number;
  readonly row: Row;
}

type Environment = 'online' | 'recorded' | 'computed';

/** Rows as a service might get them: some values lost, infinite, out of bounds, between two float32 numbers, never seen before. */
function makeRows(): TimedRow[] {
  const random = createRandom(11, 'same-profile');
  const clean = [...reference(3000).rows()];
  return clean.map((cells, i) => {
    const row: Row = Object.fromEntries(names.map((name) => [name, cells[name] ?? NaN]));
    row['income'] = random.chance(0.1) ? NaN : random.chance(0.05) ? -999 : Number(row['income']) * 1.0000001;
    const hour = Math.floor((i / clean.length) * HOURS);
    const isInfinite = hour === LAST_HOUR && random.chance(0.3);
    row['savings_balance'] = isInfinite ? Infinity : random.chance(0.2) ? -0 : Number(row['savings_balance']);
    if (random.chance(0.03)) row['age'] = random.chance(0.5) ? 150 : 3;
    if (random.chance(0.04)) row['housing'] = random.chance(0.5) ? '' : 'on a boat, "moored"';
    if (random.chance(0.1)) row['purpose'] = random.chance(0.5) ? 'unknown' : 'viagem às ilhas 🏝';
    if (random.chance(0.02)) row['late_payments_24m'] = 1000;
    return { atMs: START_MS + Math.floor((i / clean.length) * HOURS * HOUR_MS), row };
  });
}

function toCsv(rows: readonly TimedRow[], columns: readonly string[]): string {
  const cell = (value: number | string | undefined): string => {
    if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`;
    return Number.isNaN(value) ? '' : String(value);
  };
  const lines = rows.map(({ atMs, row }) =>
    [new Date(atMs).toISOString(), ...columns.map((name) => cell(row[name]))].join(','),
  );
  return [[world.time, ...columns].join(','), ...lines].join('\n');
}

/** The demo's model file, with values that mean "missing". */
async function writeModelFile(folder: string): Promise<string> {
  const { description, onnx } = locateModelFiles(MODEL);
  const text = (await readFile(description, 'utf8'))
    .replace(/^onnx:.*$/m, `onnx: ${path.relative(folder, onnx)}`)
    .replace('income: { type: numeric,', 'income: { type: numeric, missing: [-999],')
    .replace('purpose: { type: categorical }', 'purpose: { type: categorical, missing: [unknown] }')
    .replace('housing: { type: categorical }', 'housing: { type: categorical, missing: [""] }');
  const file = path.join(folder, 'prumo.model.yaml');
  await writeFile(file, text);
  return file;
}

/** Runs the rows through a watched session, hour by hour, in batches of many sizes; what it answers is added to them. */
async function serveRows(rows: readonly TimedRow[], url: string): Promise<void> {
  const { onnx } = locateModelFiles(MODEL);
  const clock = { nowMs: START_MS };
  const agent = createAgent({ endpoint: url, environment: 'online', now: () => clock.nowMs });
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
  const watched = agent.watch(session, { model: MODEL, onnx });
  expect(await agent.ready({ timeoutMs: 30_000 })).toBe(true);
  let batches = 0;
  for (let hour = 0; hour < HOURS; hour++) {
    const ofHour = rows.filter(({ atMs }) => Math.floor((atMs - START_MS) / HOUR_MS) === hour).map(({ row }) => row);
    for (const [channel, waiting] of Map.groupBy(ofHour, (row) => String(row['channel']))) {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, BATCH_SIZES[batches++ % BATCH_SIZES.length]);
        const tensors = Object.entries(packRows(world.fields, batch));
        const feeds = tensors.map(([name, { type, data, dims }]) => [name, new Tensor(type, data, [...dims])] as const);
        const answer = await watched.with({ segment: { channel } }).run(Object.fromEntries(feeds));
        batch.forEach((row, i) => {
          row['probability'] = Number(answer['probabilities']?.data[2 * i + 1]);
          row['decision'] = Number(answer['label']?.data[i]);
        });
      }
    }
    clock.nowMs = START_MS + (hour + 1) * HOUR_MS;
    await agent.flush();
  }
  await agent.shutdown();
  expect(agent.stats()).toMatchObject({ rows: rows.length, queuedBatches: 0, dropped: {} });
}

describe('rows of a file through backfill, and the same rows as tensors through a watched session', () => {
  const scratch = makeScratchFolder();
  const rows = makeRows();
  let collector: ServedCollector;

  beforeAll(async () => {
    collector = await startServe(scratch.folder);
    await collector.ask('model', 'register', await writeModelFile(scratch.folder));
    const write = async (name: string, text: string): Promise<string> => {
      const file = path.join(scratch.folder, name);
      await writeFile(file, text);
      return file;
    };
    const lines = [...reference(4000).rows()].map((row) => JSON.stringify(row));
    const which = ['--model', MODEL, '--version', '3'];
    await collector.ask('baseline', ...which, await write('reference.ndjson', lines.join('\n')));
    await serveRows(rows, collector.url);
    const recorded = await write('recorded.csv', toCsv(rows, [...names, ...outputs]));
    await collector.ask('backfill', ...which, recorded, '--environment', 'recorded', '--wait');
    const inputsAlone = await write('inputs.csv', toCsv(rows, names));
    await collector.ask('backfill', ...which, inputsAlone, '--environment', 'computed', '--wait');
    await fetch(`${collector.url}/v1/models/${MODEL}/judge`, { method: 'POST' });
  }, 120_000);

  afterAll(async () => {
    await collector.stop();
    await scratch.remove();
  });

  async function askDistribution(
    field: string,
    environment: Environment,
    { hours = HOURS, segment }: { hours?: number; segment?: string } = {},
  ): Promise<DistributionAnswer> {
    const question = new URL(`${collector.url}/v1/models/${MODEL}/fields/${field}/distribution`);
    question.searchParams.set('environment', environment);
    question.searchParams.set('from', new Date(START_MS).toISOString());
    question.searchParams.set('to', new Date(START_MS + hours * HOUR_MS).toISOString());
    if (segment !== undefined) question.searchParams.set('segment', segment);
    const answer = await fetch(question);
    expect(answer.status).toBe(200);
    return (await answer.json()) as DistributionAnswer;
  }

  it.each([...names, ...outputs])('have the same distribution of %s', async (field) => {
    const online = await askDistribution(field, 'online');
    expect(await askDistribution(field, 'recorded')).toEqual({ ...online, environment: 'recorded' });
    expect(online.rows).toBe(rows.length);
    expect(online.cells.reduce((sum, cell) => sum + cell.rows, 0)).toBe(rows.length);
  });

  it.each(['income', 'housing', 'probability'])('have the same distribution of %s in a segment', async (field) => {
    const online = await askDistribution(field, 'online', { segment: 'channel=broker' });
    const recorded = await askDistribution(field, 'recorded', { segment: 'channel=broker' });
    expect(recorded).toEqual({ ...online, environment: 'recorded' });
    expect(online.rows).toBe(rows.filter(({ row }) => row['channel'] === 'broker').length);
  });

  it.each(outputs)('have the same distribution of %s where backfill computes it', async (field) => {
    const online = await askDistribution(field, 'online', { hours: LAST_HOUR });
    const computed = await askDistribution(field, 'computed', { hours: LAST_HOUR });
    expect(computed).toEqual({ ...online, environment: 'computed' });
    expect(online.rows).toBe(rows.filter(({ atMs }) => atMs < START_MS + LAST_HOUR * HOUR_MS).length);
  });

  it('have the same verdicts, on the same counts', async () => {
    const ask = (environment: Environment): Promise<DriftRow[]> =>
      collector.ask('drift', '--model', MODEL, '--environment', environment);
    const [online, recorded] = [await ask('online'), await ask('recorded')];
    expect(online).toHaveLength(2 * (names.length + outputs.length));
    const countsOf = ({ window, field, rows, profiled, missing, invalid, unseen, outOfRange, verdict }: DriftRow) => {
      return { window, field, rows, profiled, missing, invalid, unseen, outOfRange, verdict };
    };
    expect(online.map(countsOf)).toEqual(recorded.map(countsOf));
    for (const [i, { field, statistics }] of online.entries()) {
      for (const [name, value] of Object.entries(statistics)) {
        // Sums of the same numbers, added in another order.
        expect(value ?? NaN, `${name} of ${field}`).toBeCloseTo(recorded[i]?.statistics[name] ?? NaN, 9);
      }
    }
  });

  it('count what is lost, infinite, out of bounds and new', async () => {
    const verdicts = await collector.ask<DriftRow[]>('drift', '--model', MODEL, '--environment', 'online');
    const total = (field: string, what: 'missing' | 'invalid' | 'unseen' | 'outOfRange'): number =>
      verdicts.filter((row) => row.field === field).reduce((sum, row) => sum + row[what], 0);
    const count = (field: string, isIt: (value: number | string) => boolean): number =>
      rows.filter(({ row }) => isIt(row[field] ?? '')).length;
    expect(total('income', 'missing')).toBe(count('income', (value) => Number.isNaN(value) || value === -999));
    expect(total('savings_balance', 'invalid')).toBe(count('savings_balance', (value) => value === Infinity));
    expect(total('purpose', 'missing')).toBe(count('purpose', (value) => value === 'unknown'));
    expect(total('purpose', 'unseen')).toBe(count('purpose', (value) => String(value).startsWith('viagem')));
    expect(total('housing', 'missing')).toBe(count('housing', (value) => value === ''));
    expect(total('housing', 'unseen')).toBe(count('housing', (value) => String(value).includes('moored')));
    expect(total('age', 'outOfRange')).toBeGreaterThanOrEqual(count('age', (value) => value === 150 || value === 3));
  });
});
