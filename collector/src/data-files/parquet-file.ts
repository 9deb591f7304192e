import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { BATCH_ROWS, type Cell, type DataBatch } from './data-batch.ts';
import { dataError, readError } from './data-error.ts';

/**
 * Batches of a Parquet file (flat columns; all usual compressions). One row group is in memory at a time.
 *
 * @throws PrumoError `PRUMO_DATA_INVALID` for what is no Parquet file, or for a column of lists or structs.
 */
export async function* readParquet(path: string): AsyncGenerator<DataBatch> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  let file: AsyncBuffer;
  try {
    file = await asyncBufferFromFile(path);
  } catch (error) {
    throw readError(path, error);
  }
  const metadata = await guard(path, () => parquetMetadataAsync(file));
  const columns = parquetSchema(metadata).children.map((child) => child.element.name);
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const values = await readRows(path, { file, metadata, columns, start, end });
    yield* sliceBatches(path, columns, values, start, end);
    start = end;
  }
}

interface RowRange {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** The columns of one row group. */
async function readRows(path: string, { file, metadata, columns, start, end }: RowRange): Promise<unknown[][]> {
  const { parquetRead } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const values = columns.map(() => new Array<unknown>(end - start).fill(null));
  await guard(path, () =>
    parquetRead({
      file,
      metadata,
      compressors,
      rowStart: start,
      rowEnd: end,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const column = values[columns.indexOf(columnName)];
        if (column === undefined) return;
        for (let i = 0; i < columnData.length; i++) {
          const at = rowStart + i - start;
          if (at >= 0 && at < column.length) column[at] = columnData[i] as unknown;
        }
      },
    }),
  );
  return values;
}

function* sliceBatches(
  path: string,
  columns: readonly string[],
  values: readonly (readonly unknown[])[],
  start: number,
  end: number,
): Generator<DataBatch> {
  for (let from = start; from < end; from += BATCH_ROWS) {
    const to = Math.min(end, from + BATCH_ROWS);
    const cells = values.map((column, i) =>
      column.slice(from - start, to - start).map((value, row) => {
        const cell = toCell(value);
        if (cell !== undefined) return cell;
        const message = `column "${columns[i] ?? ''}" holds a list, a struct or bytes; text, numbers, booleans and times are allowed`;
        throw dataError(path, `row ${from + row + 1}`, message);
      }),
    );
    yield { columns, values: cells, rowCount: to - from, placeOf: (row) => `row ${from + row + 1}` };
  }
}

function toCell(value: unknown): Cell | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'boolean' || value instanceof Date ? value : undefined;
}

async function guard<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw dataError(path, '', `is no Parquet file that can be read (${reason})`, cause);
  }
}
