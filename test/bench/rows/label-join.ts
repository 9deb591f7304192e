import path from 'node:path';
import type { BinaryRows } from '../../../collector/src/domain/performance/labeled-rows.ts';
import { measureLabeled } from '../../../collector/src/domain/performance/realized/measure-labeled.ts';
import { openEmbeddedStore } from '../../../collector/src/store/embedded.ts';
import type { JoinOutcome, LabeledGroup, Store } from '../../../collector/src/store/store.ts';
import { atMost, type BenchRow, printed } from '../bench-row.ts';
import { openRawEngine, type RawEngine } from '../raw-engine.ts';
import { withFolder } from '../scratch.ts';

const MODELS = 50;
const PREDICTIONS = 5_000_000;
const LABELS = 1_000_000;
const LATE_LABELS = 20_000;
const ROUNDS = 3;
const DAY_MS = 86_400_000;
const DAYS = 28;
const MONTH = { from: new Date(Date.UTC(2026, 0, 1)), to: new Date(Date.UTC(2026, 0, 1) + DAYS * DAY_MS) };
const NAME = `${PREDICTIONS / 1e6} M predictions, ${LABELS / 1e6} M labels, ${MODELS} models`;

/** Late labels joined to many predictions; a month of one model read and measured. */
export function run(): Promise<BenchRow[]> {
  return withFolder(async (folder) => {
    const store = await openEmbeddedStore({ path: path.join(folder, 'clickhouse') });
    await store.migrate();
    const engine = openRawEngine(path.join(folder, 'clickhouse'));
    await fillPredictions(engine);
    await insertLabels(engine, 0, LABELS, '2026-02-01 00:00:00');
    const [first, firstMs] = await timed(() => join(store, new Date(0)));
    if (first.joined !== LABELS) throw new Error(`${first.joined} of ${LABELS} labels were joined`);
    const lateMs: number[] = [];
    const repeatMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const since = new Date();
      await insertLabels(engine, LABELS + round * LATE_LABELS, LATE_LABELS, 'now');
      const [late, ms] = await timed(() => join(store, since));
      if (late.joined !== LATE_LABELS) throw new Error(`${late.joined} of ${LATE_LABELS} late labels were joined`);
      lateMs.push(ms);
      repeatMs.push((await timed(() => join(store, since)))[1]);
    }
    const [, idleMs] = await timed(() => join(store, new Date(Date.now() + DAY_MS)));
    return [
      printed(`${NAME}: the first join of all`, firstMs / 1000, 's'),
      atMost(`${NAME}: join ${LATE_LABELS} late labels`, middle(lateMs) / 1000, 's', 1),
      printed(`${NAME}: the same again, nothing new`, middle(repeatMs) / 1000, 's'),
      printed(`${NAME}: a join when nothing came`, idleMs / 1000, 's'),
      ...(await readMonth(store)),
    ];
  });
}

async function readMonth(store: Store): Promise<BenchRow[]> {
  const readMs: number[] = [];
  const bothMs: number[] = [];
  let rows = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const question = { model: `model-${round}`, environment: 'production', ...MONTH, windowSeconds: DAYS * 86_400 };
    const start = performance.now();
    const groups = await store.readLabeled({ ...question, outputs: [] });
    const read = performance.now();
    const [group] = groups;
    if (group === undefined) throw new Error('no labeled rows');
    const { metrics } = measureLabeled({ task: 'binary', rows: toBinary(group) }, { seed: 1 });
    if (metrics.roc_auc === undefined) throw new Error('no area under the curve');
    if (round === 0) continue;
    rows = group.scores.length;
    readMs.push(read - start);
    bothMs.push(performance.now() - start);
  }
  const name = `one model's month, ${rows} labeled rows`;
  return [
    atMost(`${name}: read and measure`, middle(bothMs), 'ms', 50),
    printed(`${name}: read`, middle(readMs), 'ms'),
  ];
}

function toBinary({ scores, labels, weights }: LabeledGroup): BinaryRows {
  return {
    scores: Float64Array.from(scores),
    labels: Uint8Array.from(labels, (label) => (label === '1' ? 1 : 0)),
    weights: Float64Array.from(weights),
  };
}

function join(store: Store, since: Date): Promise<JoinOutcome> {
  return store.joinLabels({ since, joinedAt: new Date(), absent: [], nowMs: MONTH.to.getTime() });
}

/** Prediction `n` is of model `n % MODELS`; they are spread over the month and were stored a day after it. */
async function fillPredictions(engine: RawEngine): Promise<void> {
  const stepMs = (DAYS * DAY_MS) / PREDICTIONS;
  await engine.command({
    query: `INSERT INTO prumo.predictions
        (model, version, environment, serving_role, id, time, score, outputs, weight, arrived_at, stored_at)
      SETTINGS async_insert = 0, max_partitions_per_insert_block = 0
      SELECT concat('model-', toString(number % ${MODELS})), '1', 'production', 'champion', ${id('number')},
        fromUnixTimestamp64Milli(toInt64(${MONTH.from.getTime()} + number * ${stepMs})) AS time, ${score('number')}, '{}', 1,
        time, toDateTime64('2026-02-01 00:00:00', 3, 'UTC')
      FROM numbers(${PREDICTIONS})`,
  });
}

/** Labels of one of five predictions, from the `first` of them on; 1 with the probability that the score says. */
async function insertLabels(engine: RawEngine, first: number, count: number, storedAt: string): Promise<void> {
  // One of each five, of every model in turn; past the last five come others of the first.
  const five = `(number % ${PREDICTIONS / 5})`;
  const prediction = `(5 * ${five} + (intDiv(${five}, 10) + intDiv(number, ${PREDICTIONS / 5})) % 5)`;
  const stored = storedAt === 'now' ? 'now64(3)' : `toDateTime64('${storedAt}', 3, 'UTC')`;
  await engine.command({
    query: `INSERT INTO prumo.labels (model, prediction_id, label, time, arrived_at, stored_at)
      SETTINGS async_insert = 0, max_partitions_per_insert_block = 0
      SELECT concat('model-', toString(${prediction} % ${MODELS})), ${id(prediction)},
        if((cityHash64('label', ${prediction}) % 1000) / 1000 < ${score(prediction)}, '1', '0'),
        toDateTime64('2026-02-01 00:00:00', 3, 'UTC'), toDateTime64('2026-02-01 00:00:00', 3, 'UTC'), ${stored}
      FROM numbers(${first}, ${count})`,
  });
}

function id(number: string): string {
  return `lower(hex(sipHash128(toUInt64(${number}))))`;
}

function score(number: string): string {
  return `(cityHash64(toUInt64(${number})) % 1000) / 1000`;
}

async function timed<Value>(work: () => Promise<Value>): Promise<[Value, number]> {
  const start = performance.now();
  const value = await work();
  return [value, performance.now() - start];
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
