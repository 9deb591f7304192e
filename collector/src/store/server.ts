import { createReadStream } from 'node:fs';
import { ClickHouseStore } from './clickhouse-store.ts';
import { fileColumns, targetTable } from './file-tables.ts';
import type { Store } from './store.ts';

/** Opens a ClickHouse server by URL (`http://user:password@host:8123`); nothing is asked of it yet. */
export async function openServerStore(options: { readonly url: string }): Promise<Store> {
  const { createClient } = await import('@clickhouse/client');
  const connect = () => createClient({ url: options.url, application: 'prumo', request_timeout: 600_000 });
  const clients = { write: connect(), read: connect(), health: connect() };
  return new ClickHouseStore(clients, async (table, file, token) => {
    const query =
      `INSERT INTO prumo.${targetTable(table)} (${fileColumns(table)}) ` +
      `SETTINGS async_insert = 0, insert_deduplication_token = '${token}', max_partitions_per_insert_block = 0, ` +
      'max_execution_time = 600 FORMAT RowBinary';
    const { stream } = await clients.write.exec({ query, values: createReadStream(file) });
    stream.resume();
  });
}
