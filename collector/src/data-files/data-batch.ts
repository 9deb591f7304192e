/** One cell as the file holds it; null where it holds nothing (an empty CSV cell, JSON null, a Parquet null). */
export type Cell = string | number | bigint | boolean | Date | null;

/** A run of rows of a data file, as columns. */
export interface DataBatch {
  /** Names of the columns. In NDJSON: every key seen so far, so a later batch can have more. */
  readonly columns: readonly string[];
  /** `values[column][row]`, in the order of `columns`. */
  readonly values: readonly (readonly Cell[])[];
  readonly rowCount: number;
  /** Where a row of the batch stands, for errors: `line 12` or `row 12`, from 1. */
  readonly placeOf: (row: number) => string;
}

/** Rows of one batch, except in Parquet, where a row group sets the pace. */
export const BATCH_ROWS = 4096;

/** The cells of a column, or undefined if the batch has no such column. */
export function columnOf(batch: DataBatch, name: string): readonly Cell[] | undefined {
  return batch.values[batch.columns.indexOf(name)];
}
