import { createRowReader, packRows } from './columns.ts';
import type { Cell, SimulatedTensors } from './columns.ts';
import { drawHour } from './draw-hour.ts';
import type { Stage } from './draw-hour.ts';
import { drawLabelTimes } from './label-times.ts';
import { HOUR_MS } from './moment.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import type { Row, World } from './world.ts';

/** Rows of a stretch of time before the live traffic, ordered by time. */
export interface HistoricalRows {
  readonly rowCount: number;
  readonly tensors: SimulatedTensors;
  /** What turned out to be true of each row: 0 or 1, or an amount. */
  readonly labels: Float64Array;
  /** Milliseconds since 1970 of each row. */
  readonly times: Float64Array;
  /** When each label became known, in milliseconds since 1970; NaN where nobody ever told. */
  readonly labelTimes: Float64Array;
  /** The same rows one by one: time (ISO 8601), every field (null: missing) and the label, by column name. */
  readonly rows: () => Generator<Record<string, Cell>>;
}

/** Draws about `rows` rows evenly from the traffic of `days` days from `firstDay` on (days count from the start; negative before). */
export function drawHistory(
  stage: Stage,
  purpose: string,
  firstDay: number,
  days: number,
  rows: number,
): HistoricalRows {
  const intensity = rows / (stage.world.rowsPerDay * days);
  const drawn: { time: number; row: Row }[] = [];
  for (let hour = firstDay * 24; hour < (firstDay + days) * 24; hour++) {
    const clock = createRandom(stage.seed, stage.world.model, purpose, hour, 'clock');
    const hourStart = stage.start.getTime() + hour * HOUR_MS;
    const ofHour = [...drawHour(stage, purpose, hour, intensity).values()].flat();
    const timed = ofHour.map((row) => ({ time: hourStart + Math.floor(clock.uniform() * HOUR_MS), row }));
    drawn.push(...timed.sort((a, b) => a.time - b.time));
  }
  const delays = createRandom(stage.seed, stage.world.model, purpose, 'label-delay');
  return describeHistory(stage.world, drawn, delays);
}

function describeHistory(world: World, drawn: readonly { time: number; row: Row }[], delays: Random): HistoricalRows {
  const rows = drawn.map(({ row }) => row);
  const tensors = packRows(world.fields, rows);
  const labels = Float64Array.from(rows, (row) => Number(row[world.label]));
  const times = Float64Array.from(drawn, ({ time }) => time);
  return {
    rowCount: rows.length,
    tensors,
    labels,
    times,
    labelTimes: drawLabelTimes(world.labels, labels, (row) => times[row] ?? NaN, delays),
    *rows() {
      const readRow = createRowReader(world.fields, tensors);
      for (let i = 0; i < rows.length; i++) {
        const time = new Date(times[i] ?? NaN).toISOString();
        yield { [world.time]: time, ...readRow(i), [world.label]: labels[i] ?? null };
      }
    },
  };
}

/** Standard deviation of a numeric field over the rows that have a value. */
export function deviationOf(history: HistoricalRows, field: string): number {
  let count = 0;
  let mean = 0;
  let squares = 0;
  // Welford's recurrence: sums of squares of large values would cancel.
  for (const row of history.rows()) {
    const value = row[field];
    if (typeof value !== 'number') continue;
    count++;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  return Math.sqrt(squares / count);
}
