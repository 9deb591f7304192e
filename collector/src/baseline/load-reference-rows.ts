import { openDataFile } from '../data-files/open-data-file.ts';
import { dataError } from '../data-files/data-error.ts';
import { joinColumns, type FieldColumn, type FieldColumns } from './field-column.ts';
import { openRows, type RowSource } from './open-rows.ts';

/** All rows of a baseline, in memory. */
export interface ReferenceRows {
  readonly rowCount: number;
  readonly columns: FieldColumns;
  readonly timesMs: Float64Array | undefined;
  /** Text of the label of each row, null where it has none; undefined where the data have no labels. */
  readonly labels: readonly (string | null)[] | undefined;
  /** When each label became known, NaN where that is not known. */
  readonly labelTimesMs: Float64Array | undefined;
  readonly amounts: Float64Array | undefined;
  /** Values of each segment key that was asked for. */
  readonly segments: ReadonlyMap<string, readonly (string | null)[]>;
}

/**
 * Reads all rows of a data file: 8 bytes per number.
 *
 * @throws PrumoError `PRUMO_DATA_INVALID`, also for a file without rows.
 */
export async function loadReferenceRows(
  source: RowSource,
  onProgress?: (rows: number) => void,
): Promise<ReferenceRows> {
  const parts = new Map<string, FieldColumn[]>();
  const numbers = { times: [] as FieldColumn[], labelTimes: [] as FieldColumn[], amounts: [] as FieldColumn[] };
  const labels: (string | null)[] = [];
  const segments = new Map((source.segments ?? []).map((key) => [key, [] as (string | null)[]]));
  const texts = new Map<string, string>();
  let rowCount = 0;
  for await (const batch of openRows(source)) {
    for (const [name, column] of batch.columns) {
      const list = parts.get(name) ?? [];
      parts.set(name, list);
      list.push(shareTexts(column, texts));
    }
    addNumbers(numbers.times, batch.timesMs);
    addNumbers(numbers.labelTimes, batch.record?.labelTimesMs);
    addNumbers(numbers.amounts, batch.record?.amounts);
    addTexts(labels, batch.record?.labels, texts);
    for (const [key, values] of segments) addTexts(values, batch.segments.get(key), texts);
    rowCount += batch.rowCount;
    onProgress?.(rowCount);
  }
  if (rowCount === 0) throw dataError(source.path, '', 'holds no rows; a baseline needs some');
  return {
    rowCount,
    columns: new Map([...parts].map(([name, list]) => [name, joinColumns(list)])),
    timesMs: joinNumbers(numbers.times),
    labels: source.record?.label === undefined ? undefined : labels,
    labelTimesMs: joinNumbers(numbers.labelTimes),
    amounts: joinNumbers(numbers.amounts),
    segments,
  };
}

/** Names of the columns of a data file, as its first rows show them. */
export async function peekColumns(path: string): Promise<readonly string[]> {
  for await (const batch of openDataFile(path)) return batch.columns;
  return [];
}

/** Equal texts of all batches become one string: a reader makes a new one for each cell. */
function shareTexts(column: FieldColumn, texts: Map<string, string>): FieldColumn {
  if (column.type === 'numeric') return column;
  const values = column.values.map((value) => (typeof value === 'string' ? shareText(value, texts) : value));
  return { type: 'categorical', values };
}

function shareText<Text extends string | null>(text: Text, texts: Map<string, string>): Text | string {
  if (text === null) return text;
  const known = texts.get(text);
  if (known === undefined) texts.set(text, text);
  return known ?? text;
}

function addTexts(all: (string | null)[], values: readonly (string | null)[] = [], texts: Map<string, string>): void {
  for (const value of values) all.push(shareText(value, texts));
}

function addNumbers(parts: FieldColumn[], values: Float64Array | undefined): void {
  if (values !== undefined) parts.push({ type: 'numeric', values });
}

function joinNumbers(parts: readonly FieldColumn[]): Float64Array | undefined {
  const joined = joinColumns(parts);
  return parts.length > 0 && joined.type === 'numeric' ? joined.values : undefined;
}
