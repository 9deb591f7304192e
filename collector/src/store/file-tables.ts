/** Columns of the rows that come as RowBinary files, in the order in which they are written; old orders under names of their own. */
const FILE_TABLES = {
  profiles: [
    ['model', 'String'],
    ['version', 'String'],
    ['sha256', 'String'],
    ['environment', 'String'],
    ['service', 'String'],
    ['instance', 'String'],
    ['metric', 'String'],
    ['kind', 'String'],
    ['field', 'String'],
    ['role', 'String'],
    ['category', 'String'],
    ['prediction_label', 'String'],
    ['segment', 'String'],
    ['serving_role', 'String'],
    ['layout', 'String'],
    ['sampling', 'UInt8'],
    ['start', "DateTime64(9, 'UTC')"],
    ['end', "DateTime64(9, 'UTC')"],
    ['count', 'UInt64'],
    ['sum', 'Float64'],
    ['min', 'Float64'],
    ['max', 'Float64'],
    ['counts', 'Array(UInt32)'],
    ['bounds', 'Array(Float64)'],
    ['scale', 'Int8'],
    ['zero_count', 'UInt64'],
    ['positive_offset', 'Int32'],
    ['negative_offset', 'Int32'],
    ['negative_counts', 'Array(UInt32)'],
    ['series', 'UInt64'],
    ['arrived_at', "DateTime64(3, 'UTC')"],
  ],
  predictions: [
    ['model', 'String'],
    ['version', 'String'],
    ['sha256', 'String'],
    ['environment', 'String'],
    ['segment', 'String'],
    ['serving_role', 'String'],
    ['id', 'String'],
    ['time', "DateTime64(3, 'UTC')"],
    ['score', 'Nullable(Float64)'],
    ['outputs', 'String'],
    ['weight', 'Float64'],
    ['arrived_at', "DateTime64(3, 'UTC')"],
    ['inputs', 'String'],
  ],
  // Predictions of spool segments of format 1.
  predictions_1: [
    ['model', 'String'],
    ['version', 'String'],
    ['sha256', 'String'],
    ['environment', 'String'],
    ['segment', 'String'],
    ['serving_role', 'String'],
    ['id', 'String'],
    ['time', "DateTime64(3, 'UTC')"],
    ['score', 'Nullable(Float64)'],
    ['outputs', 'String'],
    ['weight', 'Float64'],
    ['arrived_at', "DateTime64(3, 'UTC')"],
  ],
  labels: [
    ['model', 'String'],
    ['prediction_id', 'String'],
    ['label', 'String'],
    ['time', "Nullable(DateTime64(3, 'UTC'))"],
    ['arrived_at', "DateTime64(3, 'UTC')"],
  ],
} as const;

/** A table that takes RowBinary files, or an old order of its columns. */
export type FileTable = keyof typeof FILE_TABLES;

/** Whether a name read from a file is a table that takes RowBinary files. */
export function isFileTable(name: string): name is FileTable {
  return Object.hasOwn(FILE_TABLES, name);
}

/** The table that rows of an order belong to. */
export function targetTable(table: FileTable): string {
  return table === 'predictions_1' ? 'predictions' : table;
}

/** Backquoted column names of a table's rows, comma-separated. */
export function fileColumns(table: FileTable): string {
  return FILE_TABLES[table].map(([name]) => `\`${name}\``).join(', ');
}

/** Names and types of a table's rows, as `file()` takes them. */
export function fileStructure(table: FileTable): string {
  return FILE_TABLES[table].map(([name, type]) => `\`${name}\` ${type}`).join(', ');
}
