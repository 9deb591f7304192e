import { openDataFile } from '../data-files/open-data-file.ts';
import { dataError } from '../data-files/data-error.ts';
import { joinColumns, type FieldColumn, type FieldColumns } from './field-column.ts';
import { openRows, type RowSource } from './open-rows.ts';

/** All rows of a baseline, in memory. */
export interface ReferenceRows {
  readonly rowCount: number;
  readonly columns: FieldColumns;
  readonly timesMs: Float64Array | undefined;
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
  const times: FieldColumn[] = [];
  const texts = new Map<string, string>();
  let rowCount = 0;
  for await (const batch of openRows(source)) {
    for (const [name, column] of batch.columns) {
      const list = parts.get(name) ?? [];
      parts.set(name, list);
      list.push(shareTexts(column, texts));
    }
    if (batch.timesMs !== undefined) times.push({ type: 'numeric', values: batch.timesMs });
    rowCount += batch.rowCount;
    onProgress?.(rowCount);
  }
  if (rowCount === 0) throw dataError(source.path, '', 'holds no rows; a baseline needs some');
  const joined = joinColumns(times);
  return {
    rowCount,
    columns: new Map([...parts].map(([name, list]) => [name, joinColumns(list)])),
    timesMs: times.length > 0 && joined.type === 'numeric' ? joined.values : undefined,
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
  const values = column.values.map((value) => {
    if (typeof value !== 'string') return value;
    const known = texts.get(value);
    if (known === undefined) texts.set(value, value);
    return known ?? value;
  });
  return { type: 'categorical', values };
}
