import { randomInt } from 'node:crypto';
import { PrumoError } from '../errors/prumo-error.ts';
import { ClickHouseLabels } from './clickhouse-labels.ts';
import { ClickHousePerformance } from './clickhouse-performance.ts';
import { ClickHouseSession, FAR_FUTURE_MS, type Clients } from './clickhouse-session.ts';
import { applyMigrations, loadMigrations, type Migration } from './migrate.ts';
import { segmentPairs } from './segment-text.ts';
import { fromSeriesRow, type SeriesRow } from './series-row.ts';
import { statement } from './statement.ts';
import type * as port from './store.ts';
import { fromVerdictRow, toVerdictRow, type VerdictRow } from './verdict-row.ts';

/** How an adapter brings a RowBinary file into a table; the rest is the same for both. */
export type InsertFile = (table: port.FileTable, path: string, token: string) => Promise<void>;

const HOUR_MS = 3_600_000;

/**
 * The store on ClickHouse, whatever connects to it.
 *
 * Settings stand in the statements, never in the client: the embedded engine keeps a client's settings for later statements.
 * Values are query parameters or JSON rows, never part of a statement.
 */
export class ClickHouseStore implements port.Store {
  readonly #session: ClickHouseSession;
  readonly #labels: ClickHouseLabels;
  readonly #performance: ClickHousePerformance;
  readonly #insertFile: InsertFile;
  readonly #migrations: readonly Migration[];

  constructor(clients: Clients, insertFile: InsertFile, migrations: readonly Migration[] = loadMigrations()) {
    this.#session = new ClickHouseSession(clients);
    this.#labels = new ClickHouseLabels(this.#session);
    this.#performance = new ClickHousePerformance(this.#session);
    this.#insertFile = insertFile;
    this.#migrations = migrations;
  }

  async migrate(): Promise<void> {
    await this.#session.guard('Migrating the store', () =>
      applyMigrations(
        {
          run: (query) => this.#session.command('Migrating the store', query),
          readApplied: () => this.#session.selectNow('migrations'),
          record: (row) => this.#session.insertRows('migrations', [row], []),
        },
        this.#migrations,
      ),
    );
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  ping(): Promise<void> {
    return this.#session.ping();
  }

  async insertFile(table: port.FileTable, path: string, token: string): Promise<void> {
    if (!/^[\w.-]{1,200}$/.test(token))
      throw new PrumoError('PRUMO_STORE_REFUSED', 'An insert token has odd characters.');
    await this.#session.guard(`Storing ${path}`, () => this.#insertFile(table, path, token));
  }

  async touchedHours(since: Date): Promise<port.TouchedHour[]> {
    type Touched = { model: string; environment: string; hour: number; newest: number; rows: number };
    const rows = await this.#session.select<Touched>('touched-hours', { since: since.getTime() });
    return rows.map((row) => ({ ...row, hour: new Date(row.hour * 1000), newest: new Date(row.newest) }));
  }

  async rollUp(scope: Partial<port.ModelScope> & port.Period, revision: number): Promise<void> {
    const question = { ...scope, source: 'minute', windowSeconds: HOUR_MS / 1000, bySegment: true } as const;
    const query = statement('roll-up', await this.#seriesParts(question));
    const query_params = { ...seriesParameters(question), revision, run: randomInt(2 ** 47) };
    await this.#session.command('Rolling up', query, query_params);
  }

  async readSeries(question: port.SeriesQuestion): Promise<port.StoredSeries[]> {
    const query = statement('read-series', await this.#seriesParts(question));
    const rows = await this.#session.query<SeriesRow>('Reading profiles', query, seriesParameters(question), ROWS);
    return rows.map((row) => fromSeriesRow(row));
  }

  async hoursOf({ model, environment }: port.ModelScope): Promise<{ first: Date; last: Date } | undefined> {
    const [hours] = await this.#session.select<{ first: number; last: number }>('hours-of', { model, environment });
    return hours && { first: new Date(hours.first * 1000), last: new Date(hours.last * 1000) };
  }

  async appendDrift(verdicts: readonly port.StoredVerdict[]): Promise<void> {
    await this.#session.insertRows('drift', verdicts.map(toVerdictRow), ['window_start', 'window_end', 'judged_at']);
  }

  async readDrift(question: port.DriftQuestion): Promise<port.StoredVerdict[]> {
    const rows = await this.#session.select<VerdictRow>('drift', {
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
    await this.#session.insertRows('incidents', rows, ['from', 'detected_at', 'closed_at']);
  }

  async readIncidents(question: Partial<port.ModelScope>): Promise<port.StoredIncident[]> {
    const rows = await this.#session.select<IncidentRow>('incidents', scopeParameters(question));
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
    await this.#session.insertRows(
      'health',
      health.map((row) => ({ ...row, at: row.at.getTime() })),
      ['at'],
    );
  }

  async readHealth(question: Partial<port.ModelScope> & { readonly asOf?: Date }): Promise<port.StoredHealth[]> {
    type HealthRow = Omit<port.StoredHealth, 'at'> & { at: number };
    const asOf = question.asOf?.getTime() ?? FAR_FUTURE_MS;
    const rows = await this.#session.select<HealthRow>('health', { ...scopeParameters(question), asOf });
    return rows.map((row) => ({ ...row, at: new Date(row.at) }));
  }

  readPredictions(question: port.Period & { readonly model: string }): Promise<port.StoredPrediction[]> {
    return this.#labels.readPredictions(question);
  }

  readLabels(model: string): Promise<port.StoredLabel[]> {
    return this.#labels.readLabels(model);
  }

  async appendEvent(event: port.StoredEvent): Promise<void> {
    const { eventId, prevHash, at, ...rest } = event;
    const row = { ...rest, event_id: eventId, prev_hash: prevHash, at: at.getTime() };
    await this.#session.insertRows('registry_events', [row], ['at']);
  }

  async readEvents(question: { readonly stream?: string; readonly after?: number }): Promise<port.StoredEvent[]> {
    const after = question.after ?? 0;
    const rows = await this.#session.select<EventRow>('events', { stream: question.stream ?? '', after });
    return rows.map(({ event_id, prev_hash, at, ...event }) => {
      return { ...event, eventId: event_id, prevHash: prev_hash, at: new Date(at) };
    });
  }

  tableFacts(): Promise<port.TableFacts[]> {
    return this.#session.select<port.TableFacts>('table-facts', {});
  }

  /** The queries that a question needs. */
  async #seriesParts(question: port.SeriesQuestion): Promise<{ points: string; series: string }> {
    const [table, column] = question.source === 'hourly' ? ['profiles_hourly', 'hour'] : ['profiles', 'start'];
    const { model, environment, from, to } = seriesParameters(question);
    const found = await this.#session.select('exponential-exist', { model, environment, from, to, table, column });
    return { points: `${question.source}-points`, series: found.length === 0 ? 'edges-series' : 'all-series' };
  }

  joinLabels(settings: port.JoinSettings): Promise<port.JoinOutcome> {
    return this.#labels.join(settings);
  }

  joinedThrough(): Promise<Date> {
    return this.#labels.joinedThrough();
  }

  touchedLabels(joinedSince: Date, model?: string): Promise<port.TouchedLabels[]> {
    return this.#labels.touched(joinedSince, model);
  }

  countPredictions(question: port.CountQuestion): Promise<port.PredictionCount[]> {
    return this.#labels.countPredictions(question);
  }

  readLabeled(question: port.LabeledQuestion & port.AskedColumns): Promise<port.LabeledGroup[]> {
    return this.#labels.read(question);
  }

  labelHistory(model: string, predictionId: string): Promise<port.StoredLabel[]> {
    return this.#labels.history(model, predictionId);
  }

  countUnmatchedLabels(): Promise<number> {
    return this.#labels.countUnmatched();
  }

  appendPerformance(rows: readonly port.StoredPerformance[]): Promise<void> {
    return this.#performance.append(rows);
  }

  readPerformance(question: port.PerformanceQuestion): Promise<port.StoredPerformance[]> {
    return this.#performance.read(question);
  }
}

/** Rows as lists, without the names of their columns. */
const ROWS = 'JSONCompactEachRow';

type Member = port.StoredIncident['members'][number];
type IncidentRow = Pick<port.StoredIncident, 'id' | 'model' | 'environment' | 'kind' | 'status' | 'revision'> & {
  from: number;
  detected_at: number;
  closed_at: number | null;
  members: string;
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
