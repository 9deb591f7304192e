import { mkdirSync, readFileSync } from 'node:fs';
import type { ClickHouseClientConfigOptions } from '@clickhouse/client';
import { PrumoError } from '../errors/prumo-error.ts';
import { ClickHouseStore } from './clickhouse-store.ts';
import { fileColumns, fileStructure, targetTable } from './file-tables.ts';
import { plainPath } from './plain-path.ts';
import { toStoreError } from './store-error.ts';
import type { Store } from './store.ts';

type EngineConnection = NonNullable<ClickHouseClientConfigOptions['connection']>;

/**
 * Opens ClickHouse inside this process on a folder of its own (absolute path, created when missing).
 *
 * One process at a time: `PRUMO_STORE_LOCKED` when another has it. The engine is loaded here, not at import. It runs on
 * libuv's threads: `UV_THREADPOOL_SIZE` should be 16 or more, or queries starve file reads.
 */
export async function openEmbeddedStore(options: { readonly path: string }): Promise<Store> {
  const path = plainPath(options.path);
  mkdirSync(path, { recursive: true });
  const [{ createClient }, { createChdbConnection }] = await Promise.all([
    import('@clickhouse/client'),
    import('chdb/connection'),
  ]);
  const connect = () => {
    try {
      // One interface, declared in two packages; a private member makes the two differ to the compiler alone.
      const connection = createChdbConnection({ path }) as unknown as EngineConnection;
      return createClient({ connection });
    } catch (error) {
      const holder = findHolder(path);
      if (holder === undefined) throw toStoreError(error, `Opening the store in ${path}`);
      throw new PrumoError('PRUMO_STORE_LOCKED', `process ${holder} uses the store in ${path}`, { cause: error });
    }
  };
  const clients = { write: connect(), read: connect(), health: connect() };
  return new ClickHouseStore(clients, async (table, file, token) => {
    // Never inline data: the engine ends it at a blank line and runs the rest as SQL. file() takes any bytes.
    const query =
      `INSERT INTO prumo.${targetTable(table)} (${fileColumns(table)}) ` +
      `SETTINGS async_insert = 0, insert_deduplication_token = '${token}', max_partitions_per_insert_block = 0 ` +
      `SELECT * FROM file('${plainPath(file)}', 'RowBinary', '${fileStructure(table).replaceAll("'", "''")}') ` +
      'SETTINGS max_execution_time = 600';
    await clients.write.command({ query });
  });
}

/** The other process that has a folder. The engine says no more than that it cannot connect, but its status file names who locked it. */
function findHolder(path: string): number | undefined {
  try {
    const pid = Number(/^PID: (\d+)$/m.exec(readFileSync(`${path}/status`, 'utf8'))?.[1]);
    if (pid === process.pid) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
