import path from 'node:path';
import { prepareReference, type JudgedReference } from '../../../collector/src/domain/drift/judged-reference.ts';
import { judgeWindow } from '../../../collector/src/domain/drift/judge-window.ts';
import { observeFields } from '../../../collector/src/domain/drift/observe.ts';
import type { Window } from '../../../collector/src/domain/drift/observation.ts';
import type { ReferenceField } from '../../../collector/src/domain/drift/reference.ts';
import { buildReferenceField } from '../../../collector/src/domain/drift/reference-building/build-reference-field.ts';
import { computeStatistics } from '../../../collector/src/domain/drift/statistics/compute-statistics.ts';
import { layoutHash } from '../../../collector/src/registry/layouts-answer.ts';
import { openEmbeddedStore } from '../../../collector/src/store/embedded.ts';
import type { Store, StoredSeries } from '../../../collector/src/store/store.ts';
import { atMost, type BenchRow, printed } from '../bench-row.ts';
import { openRawEngine } from '../raw-engine.ts';
import { withFolder } from '../scratch.ts';
import { fillHourly } from '../sweep-store.ts';

const MODELS = 300;
const FIELDS = 100;
/** 24 h are 727,200 rows: these are 10 million. */
const DAYS = 14;
const FILL_MS = 150_000;
const REFERENCES = 5;
const REFERENCE_ROWS = 5_000;
const ROWS_PER_HOUR = 1000;
const SWEEPS = 3;
const NAME = `drift of ${MODELS} models x ${FIELDS} fields over 24 h`;
const DAY_MS = 86_400_000;
const LAST_DAY = new Date(Date.UTC(2026, 0, 20));
const WINDOW: Window = { start: LAST_DAY, end: new Date(LAST_DAY.getTime() + DAY_MS) };

/** Drift of the last 24 h of many models: stored hours read and merged by the engine, brought into the references, judged. */
export function run(): Promise<BenchRow[]> {
  return withFolder(async (folder) => {
    const store = await openEmbeddedStore({ path: path.join(folder, 'clickhouse') });
    await store.migrate();
    const references = Array.from({ length: REFERENCES }, (_, k) => buildFields(k));
    const engine = openRawEngine(path.join(folder, 'clickhouse'));
    const started = performance.now();
    const stored = await fillHourly(engine, {
      models: MODELS,
      days: DAYS,
      fillMs: FILL_MS,
      lastDay: LAST_DAY,
      references,
      rowsPerHour: ROWS_PER_HOUR,
    });
    console.error(`bench: ${stored} rows stored in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    const prepared = references.map(prepare);
    const times: SweepTimes[] = [];
    for (let sweep = 0; sweep <= SWEEPS; sweep++) times.push(await sweepOnce(store, prepared));
    return [...toRows(times.slice(1), stored), await readModelByModel(store)];
  });
}

interface Prepared {
  readonly fields: readonly ReferenceField[];
  readonly judged: JudgedReference;
  readonly hashes: ReadonlyMap<ReferenceField, string>;
}

function buildFields(reference: number): ReferenceField[] {
  return Array.from({ length: FIELDS }, (_, k) => {
    const values = Float64Array.from({ length: REFERENCE_ROWS }, () =>
      Math.fround(gaussian() * (1 + k / 50) + reference),
    );
    const chunkRows = Array.from({ length: 10 }, () => REFERENCE_ROWS / 10);
    const column = { type: 'numeric', values } as const;
    return buildReferenceField({ name: `field_${k}`, role: 'input', elementType: 'float32', column, chunkRows }).field;
  });
}

function prepare(fields: readonly ReferenceField[]): Prepared {
  const reference = {
    format: 1,
    model: 'bench',
    version: '1',
    kind: 'heldout',
    rows: REFERENCE_ROWS,
    chunkRows: [],
    fields,
    warnings: [],
  } as const;
  return {
    fields,
    judged: prepareReference(reference),
    hashes: new Map(fields.map((field) => [field, layoutHash(field.layout)])),
  };
}

/** Milliseconds. */
interface SweepTimes {
  readonly read: number;
  readonly observe: number;
  readonly judge: number;
}

async function sweepOnce(store: Store, references: readonly Prepared[]): Promise<SweepTimes> {
  const start = performance.now();
  const series = await store.readSeries({
    source: 'hourly',
    from: WINDOW.start,
    to: WINDOW.end,
    windowSeconds: DAY_MS / 1000,
  });
  const times = { read: performance.now() - start, observe: 0, judge: 0 };
  let judged = 0;
  for (const [model, own] of Map.groupBy(series, (group: StoredSeries) => group.model)) {
    const { fields, judged: reference, hashes } = references[Number(model.slice(6)) % references.length]!;
    const began = performance.now();
    const observed = observeFields(fields, own, {
      layoutHash: (field) => hashes.get(field)!,
      boundsOf: () => undefined,
    });
    const seen = performance.now();
    const budget = { falsePerWeek: 0.1, windowsPerWeek: 7 };
    const verdicts = judgeWindow({ window: WINDOW, reference, observed, computeStatistics, budget });
    judged += verdicts.filter(({ verdict }) => verdict !== 'unknown').length;
    times.observe += seen - began;
    times.judge += performance.now() - seen;
  }
  if (judged !== MODELS * FIELDS) throw new Error(`${judged} of ${MODELS * FIELDS} fields were judged`);
  return times;
}

/** What the jobs do today: a question per model. */
async function readModelByModel(store: Store): Promise<BenchRow> {
  const start = performance.now();
  for (let model = 0; model < MODELS; model++) {
    const scope = { model: `model-${model}`, environment: 'production' };
    const question = { source: 'hourly', from: WINDOW.start, to: WINDOW.end, windowSeconds: DAY_MS / 1000 } as const;
    const series = await store.readSeries({ ...scope, ...question });
    if (series.length !== FIELDS + 1) throw new Error(`${series.length} series of ${scope.model}`);
  }
  const value = (performance.now() - start) / 1000;
  return printed(`${NAME}: read and merge, a query per model`, value, 's');
}

function toRows(times: readonly SweepTimes[], stored: number): BenchRow[] {
  const total = ({ read, observe, judge }: SweepTimes): number => read + observe + judge;
  const middle = times.toSorted((a, b) => total(a) - total(b))[Math.floor(times.length / 2)]!;
  const rows = `${(stored / 1e6).toPrecision(3)} M hourly rows of 255 cells stored`;
  return [
    atMost(`${NAME}, ${rows}`, total(middle) / 1000, 's', 1),
    printed(`${NAME}: read and merge, one query`, middle.read / 1000, 's'),
    printed(`${NAME}: bring into the layouts`, middle.observe / 1000, 's'),
    printed(`${NAME}: judge`, middle.judge / 1000, 's'),
  ];
}

function gaussian(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
