import type { ReferenceField } from '../../collector/src/domain/drift/reference.ts';
import { layoutHash } from '../../collector/src/registry/layouts-answer.ts';
import type { RawEngine } from './raw-engine.ts';

/** How much to store. */
export interface SweepShape {
  readonly models: number;
  /** Days of hours, the last of which is drawn; the others are copies of it, as many as can be made in `fillMs`. */
  readonly days: number;
  readonly fillMs: number;
  /** First instant of the last day. */
  readonly lastDay: Date;
  /** References; model `k` has the one at `k` modulo their number. */
  readonly references: readonly (readonly ReferenceField[])[];
  /** Rows per model and hour. */
  readonly rowsPerHour: number;
}

/**
 * Fills `profiles_hourly` inside the engine: a row per model, field and hour, with counts that vary around the reference's shares, and a
 * row per model and hour for `ml.inference.rows`.
 *
 * @returns rows stored
 */
export async function fillHourly(engine: RawEngine, shape: SweepShape): Promise<number> {
  await engine.command({ query: CREATE_EXPECTED });
  await engine.insert({ table: 'prumo.bench_expected', values: expectedCells(shape), format: 'JSONEachRow' });
  const lastHour = Math.floor(shape.lastDay.getTime() / 1000);
  const { models, references } = shape;
  const settings = 'SETTINGS async_insert = 0, max_insert_threads = 2';
  await engine.command({
    query: `INSERT INTO prumo.profiles_hourly (${COLUMNS}) ${settings} ${drawFields(lastHour, models, references.length)}`,
  });
  await engine.command({
    query: `INSERT INTO prumo.profiles_hourly (${COLUMNS}) ${settings} ${drawRows(lastHour, shape)}`,
  });
  const endMs = performance.now() + shape.fillMs;
  for (let day = 1; day < shape.days && performance.now() < endMs; day++) {
    const copy = `SELECT * REPLACE (hour - toIntervalDay(${day}) AS hour)
      FROM (SELECT * FROM prumo.profiles_hourly WHERE hour >= toDateTime(${lastHour}, 'UTC'))`;
    await engine.command({ query: `INSERT INTO prumo.profiles_hourly ${settings} ${copy}` });
  }
  await engine.command({ query: 'SYSTEM STOP MERGES prumo.profiles_hourly' });
  const answer = await engine.query({
    query: 'SELECT count() AS rows FROM prumo.profiles_hourly',
    format: 'JSONEachRow',
  });
  const [found] = await answer.json<{ rows: number | string }>();
  return Number(found?.rows);
}

const CREATE_EXPECTED = `CREATE TABLE prumo.bench_expected (reference UInt32, field String, layout String, cells Array(Float64))
  ENGINE = MergeTree ORDER BY (reference, field)`;

const COLUMNS = `model, version, environment, hour, metric, kind, field, role, layout, sampling, count, sum, min, max, counts, points,
  revision, run`;

function expectedCells({ references, rowsPerHour }: SweepShape): object[] {
  return references.flatMap((fields, reference) =>
    fields.map(({ name, layout, profile }) => {
      if (profile.kind !== 'numeric' || profile.histogram.kind !== 'edges') throw new TypeError(`${name} has no edges`);
      const cells = profile.histogram.counts.map((rows) => (rows / profile.rows) * rowsPerHour);
      return { reference, field: name, layout: layoutHash(layout), cells };
    }),
  );
}

/** A row count varies between nothing and twice what the reference expects, about as independent rows do where few are expected. */
function drawFields(lastHour: number, models: number, references: number): string {
  return `SELECT model, '1', 'production', hour, 'ml.field.value', 'edges', field, 'input', layout, 0, arraySum(drawn),
      arraySum(drawn) * 0.01, -4, 4, drawn, 60, 1, 1
    FROM (
      SELECT concat('model-', toString(m)) AS model, toDateTime(${lastHour} + h * 3600, 'UTC') AS hour, field, layout,
        arrayMap((e, i) -> toUInt64(round(e * (cityHash64(m, h, field, i) % 1001) / 500)), cells, arrayEnumerate(cells)) AS drawn
      FROM (SELECT number % ${models} AS m, intDiv(number, ${models}) AS h, m % ${references} AS reference FROM numbers(${24 * models})) AS hours
      INNER JOIN prumo.bench_expected USING (reference)
    )`;
}

function drawRows(lastHour: number, { models, rowsPerHour }: SweepShape): string {
  return `SELECT concat('model-', toString(number % ${models})), '1', 'production',
      toDateTime(${lastHour} + intDiv(number, ${models}) * 3600, 'UTC'), 'ml.inference.rows', 'sum', '', '', '', 0, ${rowsPerHour},
      ${rowsPerHour}, inf, -inf, [], 60, 1, 1
    FROM numbers(${24 * models})`;
}
