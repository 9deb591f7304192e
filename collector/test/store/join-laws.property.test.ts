import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabelLine } from '../../src/api/label.ts';
import type { PredictionLine } from '../../src/api/prediction.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import type { AbsentRule, Store } from '../../src/store/store.ts';
import { HOUR } from './point-file.ts';
import { RowSender } from './row-file.ts';

const DAY_MS = 86_400_000;
const HORIZON_MS = 1000;
const END_MS = HOUR + DAY_MS;

let folder: string;
let store: Store;
let rows: RowSender;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prumo-join-'));
  store = await openEmbeddedStore({ path: join(folder, 'data') });
  await store.migrate();
  rows = new RowSender(store, folder);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** What is sent at once; models and ids are numbers, so that a run can have its own. */
type Batch =
  | { readonly kind: 'predictions'; readonly rows: readonly Predicted[]; readonly arrivedAtMs: number }
  | { readonly kind: 'labels'; readonly rows: readonly Labeled[]; readonly arrivedAtMs: number }
  | { readonly kind: 'join'; readonly nowMs: number };
interface Predicted {
  readonly model: number;
  readonly id: number;
  readonly offsetMs: number;
  readonly score: number | null;
  readonly role: 'champion' | 'shadow' | undefined;
  readonly decision: 'yes' | 'no';
}
interface Labeled {
  readonly model: number | undefined;
  readonly id: number;
  readonly label: string;
  readonly timeMs: number;
}

const model = fc.constantFrom(0, 1);
const id = fc.constantFrom(0, 1, 2);
const arrivedAtMs = fc.integer({ min: 0, max: 3 }).map((seconds) => HOUR + seconds * 1000);
const predicted: fc.Arbitrary<Predicted> = fc.record({
  model,
  id,
  offsetMs: fc.constantFrom(0, 1, 2000),
  score: fc.constantFrom(null, 0.25, 0.75),
  role: fc.constantFrom(undefined, 'champion' as const, 'shadow' as const),
  decision: fc.constantFrom('yes' as const, 'no' as const),
});
const labeled: fc.Arbitrary<Labeled> = fc.record({
  model: fc.option(model, { nil: undefined }),
  id,
  label: fc.constantFrom('0', '1', 'x'),
  timeMs: fc.integer({ min: 0, max: 3 }).map((seconds) => HOUR + seconds * 1000),
});
const batch: fc.Arbitrary<Batch> = fc.oneof(
  fc.record({
    kind: fc.constant('predictions' as const),
    rows: fc.array(predicted, { minLength: 1, maxLength: 4 }),
    arrivedAtMs,
  }),
  fc.record({
    kind: fc.constant('labels' as const),
    rows: fc.array(labeled, { minLength: 1, maxLength: 4 }),
    arrivedAtMs,
  }),
);
/** Both deliveries hold every batch; the second in another order, some of them again, with joins in between. */
const deliveries = fc.array(batch, { minLength: 1, maxLength: 6 }).chain((batches) => {
  const runs = fc.integer({ min: 0, max: 4000 }).map((ms): Batch => ({ kind: 'join', nowMs: HOUR + ms }));
  const more = fc.array(fc.oneof(fc.constantFrom(...batches), runs), { maxLength: 5 });
  const other = more.chain((again) =>
    fc.shuffledSubarray([...batches, ...again], { minLength: batches.length + again.length }),
  );
  return fc.tuple(fc.constant(batches), other);
});

async function deliver(batches: readonly Batch[], run: string): Promise<unknown> {
  const models = [`${run}-m0`, `${run}-m1`];
  const absent: AbsentRule[] = models.map((name) => {
    return { model: name, label: 'none', horizonMs: HORIZON_MS, observedWhen: { decision: 'yes' } };
  });
  const joinUntil = (nowMs: number) =>
    store.joinLabels({ since: new Date(0), joinedAt: new Date(HOUR), absent, nowMs });
  for (const sent of batches) {
    if (sent.kind === 'join') await joinUntil(sent.nowMs);
    else if (sent.kind === 'predictions') {
      const lines = sent.rows.map((row): PredictionLine => {
        const time = new Date(HOUR + row.offsetMs).toISOString();
        const role = row.role === undefined ? {} : { serving_role: row.role };
        const outputs = { decision: row.decision };
        return {
          model: models[row.model]!,
          version: '1',
          id: `${run}-${row.id}`,
          time,
          score: row.score,
          outputs,
          ...role,
        };
      });
      await rows.predict(lines, sent.arrivedAtMs);
    } else {
      const lines = sent.rows.map((row): LabelLine => {
        const time = new Date(row.timeMs).toISOString();
        const of = row.model === undefined ? {} : { model: models[row.model]! };
        return { prediction_id: `${run}-${row.id}`, label: row.label, time, ...of };
      });
      await rows.label(lines, sent.arrivedAtMs);
    }
  }
  await joinUntil(END_MS);
  expect(await joinUntil(END_MS)).toMatchObject({ joined: 0, windows: [] });
  return readAll(models, run);
}

/** Everything that readers see of two models, without the name of the run. */
async function readAll(models: readonly string[], run: string): Promise<unknown> {
  const period = { from: new Date(HOUR), to: new Date(END_MS) };
  const seen = [];
  for (const name of models) {
    const asked = { model: name, environment: 'production', ...period, windowSeconds: 1 };
    seen.push(await store.readPredictions({ model: name, ...period }), await store.readLabels(name));
    seen.push(
      await store.readLabeled({ ...asked, outputs: ['decision'], withIds: true }),
      await store.countPredictions(asked),
    );
  }
  return JSON.parse(
    JSON.stringify(seen, (key, value: unknown) =>
      key === 'newest' || key === 'arrivedAt' ? undefined : value,
    ).replaceAll(run, 'run'),
  ) as unknown;
}

it('any order of predictions, labels, repeats and joins ends in the same tables', { timeout: 120_000 }, async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(deliveries, async ([first, second]) => {
      const run = ++runs;
      const expected = await deliver(first, `left-${run}`);
      expect(await deliver(second, `right-${run}`)).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});
