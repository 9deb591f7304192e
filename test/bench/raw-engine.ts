import { type ClickHouseClient, type ClickHouseClientConfigOptions, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';

/** A connection of `openRawEngine`. */
export type RawEngine = ClickHouseClient;

/** A connection to the embedded engine that knows nothing of Prumo: what Prumo is measured against, and what fills its tables. */
export function openRawEngine(path: string): RawEngine {
  // One interface, declared in two packages; a private member makes the two differ to the compiler alone.
  const connection = createChdbConnection({ path }) as unknown as ClickHouseClientConfigOptions['connection'];
  return createClient({ connection: connection! });
}
