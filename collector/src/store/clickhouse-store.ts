import { randomInt } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { PrumoError } from '../errors/prumo-error.ts';
import { applyMigrations, loadMigrations, type Migration } from './migrate.ts';
import { segmentPairs } from './segment-text.ts';
import { fromSeriesRow, type SeriesRow } from './series-row.ts';
import { statement } from './statement.ts';
import { toStoreError } from './store-error.ts';
import type * as port from './store.ts';
import { fromVerdictRow, toVerdictRow, type VerdictRow } from './verdict-row.ts';

/** One client each, so that neither a long read nor a long write keeps the others waiting. */
export interface Clients {
  readonly write: ClickHouseClient;
  readonly read: ClickHouseClient;
  readonly health: ClickHouseClient;
}

/** How an adapter brings a RowBinary file into a table; the rest is the same for both. */
export type InsertFile = (table: port.FileTable, path: string, token: string) => Promise<void>;

type Parameters = Readonly<Record<string, string | number | readonly string[]>>;
type Row = Readonly<Record<string, unknown>>;

const HOUR_MS = 3_600_000;
/** Greatest instant that DateTime64(9) holds, in ms: later than any date asked for. */
const FAR_FUTURE_MS = Date.UTC(2261, 0, 1);

/**
 * The store on ClickHouse, whatever connects to it.
 *
 * Settings stand in the statements, never in the client: the embedded engine keeps a client's settings for later statements.
 * Values are query parameters or JSON rows, never part of a statement.
 */
export class ClickHouseStore implements port.Store {
  readonly #clients: Clients;
  readonly #insertFile: InsertFile;
  readonly #migrations: readonly Migration[];

  constructor(clients: Clients, insertFile: InsertFile, migrations: readonly Migration[] = loadMigrations()) {
    this.#clients = clients;
    this.#insertFile = insertFile;
    this.#migrations = migrations;
  }

  async migrate(): Promise<void> {
    await this.#guard('Migrating the store', () =>
      applyMigrations(
        {
          run: async (query) => void (await this.#clients.write.command({ query })),
          readApplied: () => this.#select('migrations', {}, this.#clients.write),
          record: (row) => this.#insert('migrations', [row]),
        },
        this.#migrations,
      ),
    );
  }

  async close(): Promise<void> {
    const { write, read, health } = this.#clients;
    await this.#guard('Closing the store', () => Promise.all([write.close(), read.close(), health.close()]));
  }

  async ping(): Promise<void> {
    await this.#guard('Asking whether the store answers', () => this.#clients.health.query({ query: PING }));
  }

  async insertFile(table: port.FileTable, path: string, token: string): Promise<void> {
    if (!/^[\w.-]{1,200}$/.test(token))
      throw new PrumoError('PRUMO_STORE_REFUSED', 'An insert token has odd characters.');
    await this.#guard(`Storing ${path}`, () => this.#insertFile(table, path, token));
  }

  async touchedHours(since: Date): Promise<port.TouchedHour[]> {
    type Touched = { model: string; environment: string; hour: number; newest: number; rows: number };
    const rows = await this.#select<Touched>('touched-hours', { since: since.getTime() });
    return rows.map((row) => ({ ...row, hour: new Date(row.hour * 1000), newest: new Date(row.newest) }));
  }

  async rollUp(scope: Partial<port.ModelScope> & port.Period, revision: number): Promise<void> {
    const question = { ...scope, source: 'minute', windowSeconds: HOUR_MS / 1000, bySegment: true } as const;
    const query = statement('roll-up', await this.#seriesParts(question));
    const query_params = { ...seriesParameters(question), revision, run: randomInt(2 ** 47) };
    await this.#guard('Rolling up', () => this.#clients.write.command({ query, query_params }));
  }

  async readSeries(question: port.SeriesQuestion): Promise<port.StoredSeries[]> {
    const query = statement('read-series', await this.#seriesParts(question));
    const rows = await this.#guard('Reading profiles', async () => {
      const query_params = seriesParameters(question);
      const result = await this.#clients.read.query({ query, query_params, format: 'JSONCompactEachRow' });
      return result.json<SeriesRow>();
    });
    return rows.map((row) => fromSeriesRow(row));
  }

  async hoursOf({ model, environment }: port.ModelScope): Promise<{ first: Date; last: Date } | undefined> {
    const [hours] = await this.#select<{ first: number; last: number }>('hours-of', { model, environment });
    return hours && { first: new Date(hours.first * 1000), last: new Date(hours.last * 1000) };
  }

  async appendDrift(verdicts: readonly port.StoredVerdict[]): Promise<void> {
    await this.#insertRows('drift', verdicts.map(toVerdictRow), ['window_start', 'window_end', 'judged_at']);
  }

  async readDrift(question: port.DriftQuestion): Promise<port.StoredVerdict[]> {
    const rows = await this.#select<VerdictRow>('drift', {
      model: question.model,
      version: question.version ?? '',
      environment: question.environment ?? '',
      anySegment: question.segment === undefined ? 1 : 0,
      segment: question.segment ?? '',
      reference: question.reference ?? '',
      windowSeconds: question.windowSeconds ?? 0,
      from: question.from?.getTime() ?? 0,
      to: question.to?.getTime() ?? FAR_FUTURE_MS,
      asOf: question.asOf?.getTime() ?? FAR_FUTURE_MS,
    });
    return rows.map(fromVerdictRow);
  }

  async appendIncidents(incidents: readonly port.StoredIncident[]): Promise<void> {
    const rows = incidents.map(({ detectedAt, closedAt, members, ...incident }) => ({
      ...incident,
      from: incident.from.getTime(),
      detected_at: detectedAt.getTime(),
      closed_at: closedAt?.getTime() ?? null,
      members: JSON.stringify(members),
    }));
    await this.#insertRows('incidents', rows, ['from', 'detected_at', 'closed_at']);
  }

  async readIncidents(question: Partial<port.ModelScope>): Promise<port.StoredIncident[]> {
    const rows = await this.#select<IncidentRow>('incidents', scopeParameters(question));
    return rows.map(({ detected_at, closed_at, members, ...incident }) => ({
      ...incident,
      from: new Date(incident.from),
      detectedAt: new Date(detected_at),
      closedAt: closed_at === null ? null : new Date(closed_at),
      members: (JSON.parse(members) as (Omit<Member, 'detectedAt'> & { detectedAt: string })[]).map((member) => ({
        ...member,
        detectedAt: new Date(member.detectedAt),
      })),
    }));
  }

  async appendHealth(health: readonly port.StoredHealth[]): Promise<void> {
    await this.#insertRows(
      'health',
      health.map((row) => ({ ...row, at: row.at.getTime() })),
      ['at'],
    );
  }

  async readHealth(question: Partial<port.ModelScope> & { readonly asOf?: Date }): Promise<port.StoredHealth[]> {
    type HealthRow = Omit<port.StoredHealth, 'at'> & { at: number };
    const asOf = question.asOf?.getTime() ?? FAR_FUTURE_MS;
    const rows = await this.#select<HealthRow>('health', { ...scopeParameters(question), asOf });
    return rows.map((row) => ({ ...row, at: new Date(row.at) }));
  }

  async readPredictions(question: port.Period & { readonly model: string }): Promise<port.StoredPrediction[]> {
    const { model, from, to } = question;
    const period = { from: from.getTime(), to: to.getTime() };
    const rows = await this.#select<PredictionRow>('predictions', { model, ...period });
    return rows.map(({ serving_role, arrived_at, time, ...row }) => {
      return { ...row, servingRole: serving_role, time: new Date(time), arrivedAt: new Date(arrived_at) };
    });
  }

  async readLabels(model: string): Promise<port.StoredLabel[]> {
    const rows = await this.#select<LabelRow>('labels', { model });
    return rows.map(({ prediction_id, time, arrived_at, ...row }) => {
      const times = { time: time === null ? null : new Date(time), arrivedAt: new Date(arrived_at) };
      return { ...row, predictionId: prediction_id, ...times };
    });
  }

  async appendEvent(event: port.StoredEvent): Promise<void> {
    const { eventId, prevHash, at, ...rest } = event;
    const row = { ...rest, event_id: eventId, prev_hash: prevHash, at: at.getTime() };
    await this.#insertRows('registry_events', [row], ['at']);
  }

  async readEvents(question: { readonly stream?: string; readonly after?: number }): Promise<port.StoredEvent[]> {
    const after = question.after ?? 0;
    const rows = await this.#select<EventRow>('events', { stream: question.stream ?? '', after });
    return rows.map(({ event_id, prev_hash, at, ...event }) => {
      return { ...event, eventId: event_id, prevHash: prev_hash, at: new Date(at) };
    });
  }

  tableFacts(): Promise<port.TableFacts[]> {
    return this.#select<port.TableFacts>('table-facts', {});
  }

  /** The queries that a question needs. */
  async #seriesParts(question: port.SeriesQuestion): Promise<{ points: string; series: string }> {
    const [table, column] = question.source === 'hourly' ? ['profiles_hourly', 'hour'] : ['profiles', 'start'];
    const { model, environment, from, to } = seriesParameters(question);
    const found = await this.#select('exponential-exist', { model, environment, from, to, table, column });
    return { points: `${question.source}-points`, series: found.length === 0 ? 'edges-series' : 'all-series' };
  }

  /** Inserts rows as JSON objects; columns of instants hold milliseconds since the epoch. */
  async #insertRows(table: string, rows: readonly Row[], instants: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    const written = rows.map((row) => {
      const copy: Record<string, unknown> = { ...row };
      for (const name of instants) if (typeof copy[name] === 'number') copy[name] = dateTime(copy[name]);
      return copy;
    });
    await this.#guard(`Writing ${table}`, () => this.#insert(table, written));
  }

  async #insert(table: string, values: readonly Row[]): Promise<void> {
    // The client puts its format behind the table's name, where a statement's settings belong too.
    await this.#clients.write.insert({
      table: `prumo.${table} SETTINGS async_insert = 0, max_execution_time = 60`,
      values,
      format: 'JSONEachRow',
    });
  }

  async #select<T>(name: string, query_params: Parameters, client = this.#clients.read): Promise<T[]> {
    return this.#guard(`Reading ${name}`, async () => {
      const result = await client.query({ query: statement(name), query_params, format: 'JSONEachRow' });
      return result.json<T>();
    });
  }

  async #guard<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, doing);
    }
  }
}

const PING = 'SELECT 1 SETTINGS max_execution_time = 5';

type Member = port.StoredIncident['members'][number];
type IncidentRow = Pick<port.StoredIncident, 'id' | 'model' | 'environment' | 'kind' | 'status' | 'revision'> & {
  from: number;
  detected_at: number;
  closed_at: number | null;
  members: string;
};
type PredictionRow = Omit<port.StoredPrediction, 'servingRole' | 'time' | 'arrivedAt'> & {
  serving_role: string;
  time: number;
  arrived_at: number;
};
type LabelRow = Pick<port.StoredLabel, 'model' | 'label'> & {
  prediction_id: string;
  time: number | null;
  arrived_at: number;
};
type EventRow = Pick<port.StoredEvent, 'stream' | 'seq' | 'type' | 'payload' | 'actor' | 'hash'> & {
  event_id: string;
  prev_hash: string;
  at: number;
};

function scopeParameters(scope: Partial<port.ModelScope>): { model: string; environment: string } {
  return { model: scope.model ?? '', environment: scope.environment ?? '' };
}

function seriesParameters(question: port.SeriesQuestion) {
  const [from, to] = [question.from.getTime(), question.to.getTime()];
  return {
    ...scopeParameters(question),
    field: question.field ?? '',
    from,
    to,
    pairs: segmentPairs(question.segment ?? {}),
    bySegment: question.bySegment === true ? 1 : 0,
    window: question.windowSeconds === undefined ? Math.max(1, to - from) : question.windowSeconds * 1000,
  };
}

/** Text of an instant as ClickHouse reads it in UTC, whatever the server's time zone and its way of reading numbers. */
function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1).replace('T', ' ');
}
