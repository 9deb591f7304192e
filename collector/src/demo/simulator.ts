import { changesOf } from './changes.ts';
import type { KnownChange } from './changes.ts';
import { packRows } from './columns.ts';
import type { SimulatedTensors } from './columns.ts';
import { createDayEffects } from './day-effects.ts';
import { drawHour } from './draw-hour.ts';
import type { Stage } from './draw-hour.ts';
import { deviationOf, drawHistory } from './history.ts';
import type { HistoricalRows } from './history.ts';
import { incidentsOf } from './incidents.ts';
import type { KnownIncident } from './incidents.ts';
import { corruptionAt, isActive } from './inject.ts';
import { drawLabelTimes } from './label-times.ts';
import { HOUR_MS } from './moment.ts';
import { createRandom } from './random.ts';
import type { ModelName, Row, World } from './world.ts';
import { WORLDS } from './worlds.ts';

/** Days before the live traffic from which the reference is drawn: four whole weeks. */
export const REFERENCE_DAYS = 28;

/** Days before the reference from which the training rows are drawn: eight whole weeks. */
const TRAINING_DAYS = 56;

/** Days of live traffic in the demo. */
export const TRAFFIC_DAYS = 30;

/** Days after the traffic after which (nearly) all labels have come. */
export const LABEL_DAYS = 8;

/** Most rows of one batch: as many as a busy online service would put into one `run`. */
const MAX_BATCH_ROWS = 512;

export interface SimulatorSettings {
  /** The same seed gives the same rows, whatever is asked for first. */
  readonly seed: number;
  readonly model: ModelName;
  /** Start of the live traffic, midnight UTC. */
  readonly start: Date;
  /** Volume of the live traffic over the full demo's. Default 1. The reference does not depend on it. */
  readonly scale?: number;
  /** Default: the model's incidents in `incidents.ts`. `[]`: the same traffic with nothing wrong. */
  readonly incidents?: readonly KnownIncident[];
  /** Default: the model's changes in `changes.ts`. `[]`: a world that stays as it is. */
  readonly changes?: readonly KnownChange[];
}

/** Rows that one call of `session.run` takes: of one hour and one segment value. */
export interface Batch {
  /** Start of the simulated hour. */
  readonly start: Date;
  readonly rowCount: number;
  readonly tensors: SimulatedTensors;
  /** For `session.with({ segment })`; `{}` in a model without segments. */
  readonly segment: Readonly<Record<string, string>>;
  /** One id per row, as `card-fraud-0312-00042` (hour 312): no other row of the model's traffic has it. */
  readonly ids: readonly string[];
  /** What will turn out to be true of each row (0 or 1, or an amount): for labels that arrive later. */
  readonly labels: Float64Array;
  /** When that becomes known, in milliseconds since 1970; NaN where nobody ever tells. */
  readonly labelTimes: Float64Array;
}

/** Makes the traffic of one model. Every method is pure: the same arguments give the same rows, in any order of calls. */
export interface Simulator {
  readonly world: World;
  readonly incidents: readonly KnownIncident[];
  readonly changes: readonly KnownChange[];
  /** Batches of hour `hour` (from 0) of the live traffic; about a twelfth of a day's rows at noon, few at night. */
  readonly hour: (hour: number) => Batch[];
  /** All batches of the live traffic in order of time. Default `TRAFFIC_DAYS` days. */
  readonly traffic: (days?: number) => Generator<Batch>;
  /** About `rows` (default: the world's `referenceRows`) held-out rows, drawn evenly from the traffic of the 28 days before the start. */
  readonly reference: (rows?: number) => HistoricalRows;
  /** About `rows` (default 60,000) rows for training, drawn evenly from the 56 days before the reference. */
  readonly training: (rows?: number) => HistoricalRows;
}

/**
 * Creates the simulator of one model of the demo.
 *
 * @throws RangeError when `start` is no midnight UTC or `scale` is not positive.
 */
export function createSimulator(settings: SimulatorSettings): Simulator {
  const { seed, model, start, scale = 1, incidents = incidentsOf(model), changes = changesOf(model) } = settings;
  if (start.getTime() % (24 * HOUR_MS) !== 0) throw new RangeError('start must be midnight UTC');
  if (!(scale > 0)) throw new RangeError('scale must be positive');
  const world = WORLDS[model];
  const effects = createDayEffects(seed, model, -REFERENCE_DAYS - TRAINING_DAYS);
  const stage: Stage = { seed, world, start, effects, changes };

  const reference = (rows = world.referenceRows) =>
    drawHistory(stage, 'reference', -REFERENCE_DAYS, REFERENCE_DAYS, rows);

  const deviations = new Map<string, number>();
  const referenceDeviation = (field: string): number => {
    const known = deviations.get(field) ?? deviationOf(reference(), field);
    deviations.set(field, known);
    return known;
  };

  /** Puts the faults of the hour into the rows: upstream of the model, and after the truth has been decided. */
  const corrupt = (hour: number, segment: string, rows: readonly Row[]): void => {
    for (const incident of incidents) {
      if (!isActive(incident, hour)) continue;
      const corruption = corruptionAt(incident, hour, () => referenceDeviation(incident.field));
      const random = createRandom(seed, model, 'incident', incident.id, hour, segment);
      for (const row of rows) row[incident.field] = corruption(row[incident.field] ?? NaN, random);
    }
  };

  const hourBatches = (hour: number): Batch[] => {
    const hourStart = new Date(start.getTime() + hour * HOUR_MS);
    let count = 0;
    return [...drawHour(stage, 'traffic', hour, scale)].flatMap(([value, rows]) => {
      corrupt(hour, value, rows);
      const segment = world.segment === undefined ? {} : { [world.segment.key]: value };
      const random = createRandom(seed, model, 'label-delay', hour, value);
      return splitRows(rows).map((part) => {
        const ids = part.map(() => idOf(model, hour, count++));
        const packed = packBatch(world, part);
        const labelTimes = drawLabelTimes(world.labels, packed.labels, () => hourStart.getTime(), random);
        return { start: hourStart, segment, ids, ...packed, labelTimes };
      });
    });
  };

  return {
    world,
    incidents,
    changes,
    hour: hourBatches,
    *traffic(days = TRAFFIC_DAYS) {
      for (let hour = 0; hour < days * 24; hour++) yield* hourBatches(hour);
    },
    reference,
    training: (rows = 60_000) => drawHistory(stage, 'training', -REFERENCE_DAYS - TRAINING_DAYS, TRAINING_DAYS, rows),
  };
}

function idOf(model: ModelName, hour: number, row: number): string {
  return `${model}-${String(hour).padStart(4, '0')}-${String(row).padStart(5, '0')}`;
}

function packBatch(world: World, rows: readonly Row[]): Pick<Batch, 'rowCount' | 'tensors' | 'labels'> {
  const labels = Float64Array.from(rows, (row) => Number(row[world.label]));
  return { rowCount: rows.length, tensors: packRows(world.fields, rows), labels };
}

function splitRows(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  for (let from = 0; from < rows.length; from += MAX_BATCH_ROWS) parts.push(rows.slice(from, from + MAX_BATCH_ROWS));
  return parts;
}
