import { tableFromIPC, type Table } from 'apache-arrow';

/** A row with its columns by name; times in ms, dictionaries resolved. */
export type DecodedRow = Record<string, unknown>;

/** Rows of an Arrow stream, read by a library that did not write it. */
export function decodeRows(bytes: Uint8Array): DecodedRow[] {
  return rowsOf(tableFromIPC(bytes));
}

export function decodeTable(bytes: Uint8Array): Table {
  return tableFromIPC(bytes);
}

/** Type of each column, as Arrow spells it. */
export function typesOf(bytes: Uint8Array): Record<string, string> {
  const { schema } = tableFromIPC(bytes);
  return Object.fromEntries(schema.fields.map(({ name, type }) => [name, String(type)]));
}

function rowsOf(table: Table): DecodedRow[] {
  const rows: DecodedRow[] = [];
  for (const batch of table.batches) {
    for (let row = 0; row < batch.numRows; row++) {
      rows.push(
        Object.fromEntries(
          batch.schema.fields.map(({ name }, column) => [name, batch.getChildAt(column)?.get(row) as unknown]),
        ),
      );
    }
  }
  return rows;
}
