import type { ClickHouseClient } from '@clickhouse/client';
import { statement } from './statement.ts';
import { toStoreError } from './store-error.ts';

/** One client each, so that neither a long read nor a long write keeps the others waiting. */
export interface Clients {
  readonly write: ClickHouseClient;
  readonly read: ClickHouseClient;
  readonly health: ClickHouseClient;
}

/** Values of a statement's parameters. */
export type Parameters = Readonly<Record<string, string | number | readonly string[] | readonly number[]>>;

type Row = Readonly<Record<string, unknown>>;

/** Greatest instant that DateTime64(9) holds, in ms: later than any date asked for. */
export const FAR_FUTURE_MS = Date.UTC(2261, 0, 1);

const PING = 'SELECT 1 SETTINGS max_execution_time = 5';

/**
 * Statements on ClickHouse, whatever connects to it; every failure is a `PrumoError`.
 *
 * Settings stand in the statements, never in the client: the embedded engine keeps a client's settings for later statements.
 * Values are query parameters or JSON rows, never part of a statement.
 */
export class ClickHouseSession {
  readonly #clients: Clients;

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  async close(): Promise<void> {
    const { write, read, health } = this.#clients;
    await this.guard('Closing the store', () => Promise.all([write.close(), read.close(), health.close()]));
  }

  async ping(): Promise<void> {
    await this.guard('Asking whether the store answers', () => this.#clients.health.query({ query: PING }));
  }

  /** Runs a statement that answers nothing, on the session of writing. */
  async command(doing: string, query: string, query_params: Parameters = {}): Promise<void> {
    await this.guard(doing, () => this.#clients.write.command({ query, query_params }));
  }

  /** Rows of `queries/NAME.sql`. */
  select<T>(name: string, parameters: Parameters): Promise<T[]> {
    return this.query(`Reading ${name}`, statement(name), parameters);
  }

  /** The same on the session of writing: it sees what was written before. */
  selectNow<T>(name: string, query_params: Parameters = {}): Promise<T[]> {
    return this.guard(`Reading ${name}`, async () => {
      const query = statement(name);
      return (await this.#clients.write.query({ query, query_params, format: 'JSONEachRow' })).json<T>();
    });
  }

  /** Rows of a query, as objects or in another format of one JSON value per line. */
  query<T>(
    doing: string,
    query: string,
    query_params: Parameters,
    format: 'JSONEachRow' | 'JSONCompactEachRow' = 'JSONEachRow',
  ): Promise<T[]> {
    return this.guard(doing, async () => {
      return (await this.#clients.read.query({ query, query_params, format })).json<T>();
    });
  }

  /** Inserts rows as JSON objects; columns of instants hold milliseconds since the epoch. */
  async insertRows(table: string, rows: readonly Row[], instants: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    const values = rows.map((row) => {
      const copy: Record<string, unknown> = { ...row };
      for (const name of instants) if (typeof copy[name] === 'number') copy[name] = dateTime(copy[name]);
      return copy;
    });
    await this.guard(`Writing ${table}`, () =>
      this.#clients.write.insert({
        // The client puts its format behind the table's name, where a statement's settings belong too.
        table: `prumo.${table} SETTINGS async_insert = 0, max_execution_time = 60`,
        values,
        format: 'JSONEachRow',
      }),
    );
  }

  /** Does something; a failure of the store becomes a `PrumoError`. */
  async guard<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, doing);
    }
  }
}

/** Text of an instant as ClickHouse reads it in UTC, whatever the server's time zone and its way of reading numbers. */
function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1).replace('T', ' ');
}
