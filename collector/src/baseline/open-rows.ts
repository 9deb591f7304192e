import type { z } from 'zod';
import { columnOf, type Cell, type DataBatch } from '../data-files/data-batch.ts';
import { dataError } from '../data-files/data-error.ts';
import { openDataFile } from '../data-files/open-data-file.ts';
import { readTimeMs, TIMES_ALLOWED } from '../data-files/read-time.ts';
import { labelSchema } from '../api/label.ts';
import type { FieldAnswer } from '../api/registration.ts';
import { explainUnknownName } from '../errors/check-input.ts';
import { createColumnReader, type FieldColumn, type FieldColumns } from './field-column.ts';
import type { OnnxScorer } from './onnx-scorer.ts';

/** Columns that make a row a prediction or a label. */
export interface RecordColumns {
  /** Absent where rows need no name. */
  readonly id?: string | undefined;
  readonly label?: string | undefined;
  readonly labelTime?: string | undefined;
  /** What the business value of each row is multiplied with. */
  readonly amount?: string | undefined;
}

/** Cells of `RecordColumns`; null and NaN where a cell is empty. */
export interface RecordCells {
  readonly ids: readonly (string | null)[];
  readonly labels: readonly (string | null)[] | undefined;
  readonly labelTimesMs: Float64Array | undefined;
  readonly amounts: Float64Array | undefined;
}

/** Where rows come from, and what is read of them. */
export interface RowSource {
  readonly path: string;
  /** Inputs must be columns. Outputs come from columns of their name, else from the model, else they are left out. */
  readonly fields: readonly FieldAnswer[];
  readonly scorer?: OnnxScorer | undefined;
  /** Column with the time of a row. */
  readonly timeColumn?: string | undefined;
  /** Columns whose values are read as they are: segments. */
  readonly segments?: readonly string[] | undefined;
  readonly record?: RecordColumns | undefined;
}

/** A run of rows, as fields. */
export interface RowBatch {
  readonly rowCount: number;
  /** Every input, and the outputs that are known. */
  readonly columns: FieldColumns;
  /** Milliseconds since 1970, where there is a time column. */
  readonly timesMs: Float64Array | undefined;
  /** Text per row for each segment key; null where the cell is empty. */
  readonly segments: ReadonlyMap<string, readonly (string | null)[]>;
  /** Where they were asked for. */
  readonly record: RecordCells | undefined;
  readonly placeOf: (row: number) => string;
}

/**
 * Rows of a data file as the fields of a version, in the order of the file.
 *
 * @throws PrumoError `PRUMO_DATA_INVALID`: a column is missing, a time cannot be read, an id or a label is too long.
 */
export async function* openRows(source: RowSource): AsyncGenerator<RowBatch> {
  const readers = source.fields.map((field) => ({ field, read: createColumnReader(field) }));
  for await (const batch of openDataFile(source.path)) {
    checkColumns(source, batch);
    const columns = new Map<string, FieldColumn>();
    for (const { field, read } of readers) {
      const cells = columnOf(batch, field.name);
      if (cells !== undefined) columns.set(field.name, read(cells));
    }
    await addScores(columns, source, batch.rowCount);
    yield {
      rowCount: batch.rowCount,
      columns,
      timesMs: source.timeColumn === undefined ? undefined : readTimes(source.path, source.timeColumn, batch),
      segments: new Map((source.segments ?? []).map((key) => [key, readTexts(columnOf(batch, key) ?? [])])),
      record: source.record === undefined ? undefined : readRecord(source.path, source.record, batch),
      placeOf: batch.placeOf,
    };
  }
}

/** Outputs that only the model can give. */
async function addScores(
  columns: Map<string, FieldColumn>,
  { fields, scorer }: RowSource,
  rowCount: number,
): Promise<void> {
  if (scorer === undefined || fields.every((field) => columns.has(field.name))) return;
  for (const [name, column] of await scorer.score(columns, rowCount)) {
    if (!columns.has(name)) columns.set(name, column);
  }
}

function checkColumns({ path, fields, timeColumn, segments = [] }: RowSource, batch: DataBatch): void {
  const needed = [
    ...fields.filter((field) => field.role === 'input').map((field) => ['input', field.name] as const),
    ...(timeColumn === undefined ? [] : [['time', timeColumn] as const]),
    ...segments.map((key) => ['segment', key] as const),
  ];
  for (const [what, name] of needed) {
    if (batch.columns.includes(name)) continue;
    const explained = explainUnknownName('column', name, batch.columns).replace('unknown column', 'there is no column');
    throw dataError(path, '', `${explained}; the model file names it (${what})`);
  }
}

function readRecord(path: string, { id, label, labelTime, amount }: RecordColumns, batch: DataBatch): RecordCells {
  const read = (name: string, schema: z.ZodType): (string | null)[] => {
    const texts = readTexts(columnOf(batch, name) ?? new Array<Cell>(batch.rowCount).fill(null));
    return texts.map((text, row) => {
      const checked = text === null || text === '' ? undefined : schema.safeParse(text);
      if (checked?.success !== false) return checked === undefined ? null : text;
      const reason = checked.error.issues[0]?.message ?? 'is not allowed';
      throw dataError(path, batch.placeOf(row), `column "${name}": ${reason}`);
    });
  };
  return {
    ids: id === undefined ? new Array<null>(batch.rowCount).fill(null) : read(id, labelSchema.shape.prediction_id),
    labels: label === undefined ? undefined : read(label, labelSchema.shape.label),
    labelTimesMs: labelTime === undefined ? undefined : readTimes(path, labelTime, batch, true),
    amounts: amount === undefined ? undefined : readAmounts(columnOf(batch, amount) ?? []),
  };
}

/** With `mayBeEmpty`, an empty cell is NaN. */
function readTimes(path: string, name: string, batch: DataBatch, mayBeEmpty = false): Float64Array {
  return Float64Array.from(columnOf(batch, name) ?? [], (cell, row) => {
    if (mayBeEmpty && cell === null) return NaN;
    const timeMs = readTimeMs(cell);
    if (Number.isFinite(timeMs)) return timeMs;
    const shown = cell === null ? 'is empty' : `holds "${String(cell).slice(0, 60)}"`;
    throw dataError(path, batch.placeOf(row), `time column "${name}" ${shown}; ${TIMES_ALLOWED}`);
  });
}

/** NaN where a cell holds no number. */
function readAmounts(cells: readonly Cell[]): Float64Array {
  return Float64Array.from(cells, (cell) => (cell === null || cell === '' ? NaN : Number(cell)));
}

function readTexts(cells: readonly Cell[]): (string | null)[] {
  return cells.map((cell) => (cell === null ? null : cell instanceof Date ? cell.toISOString() : String(cell)));
}
