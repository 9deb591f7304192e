import { FAR_FUTURE_MS, type ClickHouseSession } from './clickhouse-session.ts';
import type { PerformanceQuestion, StoredPerformance } from './store.ts';

/** A row of `prumo.performance`; instants are milliseconds since the epoch. */
type PerformanceRow = Omit<
  StoredPerformance,
  'window' | 'windowSeconds' | 'servingRole' | 'lowerLimit' | 'upperLimit' | 'isPrimary' | 'mature' | 'judgedAt'
> & {
  readonly window_start: number;
  readonly window_end: number;
  readonly window_seconds: number;
  readonly serving_role: string;
  readonly lower_limit: number | null;
  readonly upper_limit: number | null;
  readonly is_primary: number;
  readonly mature: number;
  readonly judged_at: number;
};

/** The table `performance` on ClickHouse. */
export class ClickHousePerformance {
  readonly #session: ClickHouseSession;

  constructor(session: ClickHouseSession) {
    this.#session = session;
  }

  append(rows: readonly StoredPerformance[]): Promise<void> {
    return this.#session.insertRows('performance', rows.map(toRow), ['window_start', 'window_end', 'judged_at']);
  }

  async read(question: PerformanceQuestion): Promise<StoredPerformance[]> {
    const rows = await this.#session.select<PerformanceRow>('performance', {
      model: question.model,
      version: question.version ?? '',
      environment: question.environment ?? '',
      anySegment: question.segment === undefined ? 1 : 0,
      segment: question.segment ?? '',
      kind: question.kind ?? '',
      servingRole: question.servingRole ?? '',
      primaryOnly: question.primaryOnly === true ? 1 : 0,
      windowSeconds: question.windowSeconds ?? 0,
      from: question.from?.getTime() ?? 0,
      to: question.to?.getTime() ?? FAR_FUTURE_MS,
      asOf: question.asOf?.getTime() ?? FAR_FUTURE_MS,
    });
    return rows.map(fromRow);
  }
}

function toRow(stored: StoredPerformance): PerformanceRow {
  const { window, windowSeconds, servingRole, lowerLimit, upperLimit, isPrimary, mature, judgedAt, ...same } = stored;
  return {
    ...same,
    window_start: window.start.getTime(),
    window_end: window.end.getTime(),
    window_seconds: windowSeconds,
    serving_role: servingRole,
    lower_limit: lowerLimit,
    upper_limit: upperLimit,
    is_primary: isPrimary ? 1 : 0,
    mature: mature ? 1 : 0,
    judged_at: judgedAt.getTime(),
  };
}

function fromRow(row: PerformanceRow): StoredPerformance {
  const { window_start, window_end, window_seconds, serving_role, lower_limit, upper_limit, ...rest } = row;
  const { is_primary, mature, judged_at, ...same } = rest;
  return {
    ...same,
    window: { start: new Date(window_start), end: new Date(window_end) },
    windowSeconds: window_seconds,
    servingRole: serving_role,
    lowerLimit: lower_limit,
    upperLimit: upper_limit,
    isPrimary: is_primary === 1,
    mature: mature === 1,
    judgedAt: new Date(judged_at),
  };
}
