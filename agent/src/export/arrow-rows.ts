import type * as FlechetteModule from '@uwdata/flechette';
import { createHmac } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ColumnKind, PredictionBatch, RowColumn, RowIdentity, RowValue } from './prediction-batch.ts';

/** What the rows of one agent have in common. */
export interface RowConstants {
  readonly environment: string;
  /** Rows that each row stands for. */
  readonly weight: number;
  /** Undefined only where nothing is hashed. */
  readonly hashKey: string | undefined;
}

type Flechette = typeof FlechetteModule;
type Column = FlechetteModule.Column<unknown>;
type DataType = FlechetteModule.DataType;

/** Number of the schema, in its metadata: readers refuse a newer one. */
const FORMAT = '1';
const SERVING_ROLE = 'champion';
const HASH_DIGITS = 32;
/** So many values are dealt with at once, well under 1 ms, then the event loop has its turn. */
const STEP_VALUES = 1000;
const STEP_HASHES = 200;

/** Loaded with the first rows: a service that gives no ids does not pay for it. */
let loading: Promise<Flechette> | undefined;

/**
 * Rows as an Arrow IPC stream, in steps that leave the event loop free.
 *
 * Columns: `model`, `version`, `sha256`, `environment`, `serving_role` (dictionaries of one text), `id`, `time`
 * (timestamp in ms, UTC), `score`, `weight`, then `segment.<key>`, `output.<field>` and `input.<field>`. No number is NaN
 * or infinite: what is not there is null.
 */
export async function encodeRows(
  batch: PredictionBatch,
  { model, version, sha256 }: RowIdentity,
  { environment, weight, hashKey }: RowConstants,
): Promise<Uint8Array> {
  const arrow = await (loading ??= import('@uwdata/flechette'));
  const { rowCount } = batch;
  const columns: [string, Column][] = [];
  let stepValues = 0;
  const add = async (name: string, values: readonly unknown[], type: DataType): Promise<void> => {
    columns.push([name, arrow.columnFromArray(values as unknown[], type)]);
    stepValues += rowCount;
    if (stepValues < STEP_VALUES) return;
    stepValues = 0;
    await setImmediate();
  };
  const constants = { model, version, sha256, environment, serving_role: SERVING_ROLE };
  for (const [name, text] of Object.entries(constants)) {
    const type = text === undefined ? arrow.utf8() : arrow.dictionary(arrow.utf8(), arrow.int32());
    await add(name, new Array<string | null>(rowCount).fill(text ?? null), type);
  }
  await add('id', batch.ids.slice(0, rowCount), arrow.utf8());
  await add('time', batch.timesMs.slice(0, rowCount), arrow.timestamp(arrow.TimeUnit.MILLISECOND, 'UTC'));
  await add('score', nullable(batch.scores.slice(0, rowCount)), arrow.float64());
  await add('weight', new Array<number>(rowCount).fill(weight), arrow.float64());
  for (const [name, column] of batch.columns) {
    const { kind, values } = await presentable(column, rowCount, hashKey);
    await add(name, values, typeOf(arrow, kind));
  }
  const table = arrow.tableFromColumns(columns);
  const schema = { ...table.schema, metadata: new Map([['prumo.format', FORMAT]]) };
  const bytes = arrow.tableToIPC(new arrow.Table(schema, table.children), { format: 'stream' });
  if (bytes === null) throw new Error('no bytes');
  return bytes;
}

interface Presentable {
  readonly kind: ColumnKind;
  readonly values: readonly RowValue[];
}

/** The column as it is sent, with null where there is no value. */
async function presentable(column: RowColumn, rowCount: number, hashKey = ''): Promise<Presentable> {
  const values = nullable(column.values.slice(0, rowCount));
  if (column.isHashed) return { kind: 'text', values: await hashed(values, hashKey) };
  if (column.kind !== 'integer') return { kind: column.kind, values };
  // One number that a double cannot hold makes the column of this batch text.
  if (!values.some((value) => typeof value === 'string')) return { kind: 'number', values };
  return { kind: 'text', values: values.map((value) => (value === null ? null : String(value))) };
}

function nullable(values: readonly RowValue[]): RowValue[] {
  return values.map((value) => (Number.isNaN(value) ? null : value));
}

async function hashed(values: readonly RowValue[], key: string): Promise<RowValue[]> {
  const digests: RowValue[] = [];
  for (const value of values) {
    digests.push(value === null ? null : digestOf(String(value), key));
    if (digests.length % STEP_HASHES === 0) await setImmediate();
  }
  return digests;
}

function digestOf(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, HASH_DIGITS);
}

function typeOf(arrow: Flechette, kind: ColumnKind): DataType {
  if (kind === 'text') return arrow.utf8();
  return kind === 'bool' ? arrow.bool() : arrow.float64();
}
