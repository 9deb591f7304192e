import { FAR_FUTURE_MS, type ClickHouseSession } from './clickhouse-session.ts';
import { bandsOf, encodeRules, type Band } from './join-rules.ts';
import { toLabeledGroup, type LabeledRow } from './labeled-row.ts';
import { segmentPairs } from './segment-text.ts';
import { statement } from './statement.ts';
import type * as port from './store.ts';

/** A row may become visible a moment after its `stored_at`, where nothing else is said. */
const OVERLAP_MS = 60_000;
/** Predictions and labels that one statement of the join may have to look at: more are joined in parts, by the hash of their id. */
const ROWS_PER_PART = 500_000;

/** Parameters of one statement of the join that are the same in all its parts. */
type JoinParameters = Readonly<Record<string, string | number | readonly string[]>>;

/** Predictions, labels and what joins them, on ClickHouse. */
export class ClickHouseLabels {
  readonly #session: ClickHouseSession;
  /** Newest run of the join; that of the store is asked for once. */
  #joinedMs: number | undefined;
  /** First run whose touched hours were not reported, for it failed. */
  #unreportedMs: number | undefined;

  constructor(session: ClickHouseSession) {
    this.#session = session;
  }

  async join({ since, overlapMs = OVERLAP_MS, joinedAt, absent, nowMs }: port.JoinSettings): Promise<port.JoinOutcome> {
    const state = await this.#state();
    const newestMs = Math.max(this.#joinedMs ?? 0, this.#joinedMs === undefined ? state.joinedAt : 0);
    const joinedMs = Math.max(joinedAt.getTime(), newestMs + 1);
    this.#joinedMs = joinedMs;
    this.#unreportedMs ??= joinedMs;
    const sinceMs = Math.max(0, since.getTime() - overlapMs);
    const run = { since: sinceMs, joinedAt: joinedMs, now: nowMs, rules: encodeRules(absent) };
    const anyWithoutModel = await this.#joinTouched(run);
    for (const band of bandsOf(absent, nowMs)) await this.#joinBand(band, { ...run, anyWithoutModel });
    const windows = await this.touched(new Date(this.#unreportedMs));
    this.#unreportedMs = undefined;
    const joined = windows.reduce((sum, { labels }) => sum + labels, 0);
    return { joined, windows, through: new Date(state.now) };
  }

  async joinedThrough(): Promise<Date> {
    return new Date((await this.#state()).joinedThrough);
  }

  async touched(joinedSince: Date, model?: string): Promise<port.TouchedLabels[]> {
    type Touched = Omit<port.TouchedLabels, 'hour'> & { readonly hour: number };
    const parameters = { joinedSince: joinedSince.getTime(), model: model ?? '' };
    // What a run has just written is asked for where it was written; a question must not wait behind a run.
    const rows = await (model === undefined
      ? this.#session.selectNow<Touched>('joined-hours', parameters)
      : this.#session.select<Touched>('joined-hours', parameters));
    return rows.map((row) => ({ ...row, hour: new Date(row.hour * 1000) }));
  }

  async read(question: port.LabeledQuestion & port.AskedColumns): Promise<port.LabeledGroup[]> {
    const { outputs, inputs = [], withIds = false } = question;
    const parameters = { ...groupParameters(question), outputs, inputs, withIds: withIds ? 1 : 0 };
    const rows = await this.#session.select<LabeledRow>('labeled', parameters);
    return rows.map((row) => toLabeledGroup(row, { ...question, inputs }));
  }

  async countPredictions(question: port.CountQuestion): Promise<port.PredictionCount[]> {
    const { model, environment, bounds = [], observedWhen = {} } = question;
    const rows = await this.#session.select<CountRow>('count-predictions', {
      ...groupParameters(question),
      bounds,
      names: Object.keys(observedWhen),
      texts: Object.values(observedWhen),
    });
    return rows.map((row) => {
      const counts = new Array<number>(bounds.length === 0 ? 0 : bounds.length + 1).fill(0);
      const [cells, weights] = row.histogram;
      if (counts.length > 0) for (const [i, cell] of cells.entries()) counts[cell] = weights[i] ?? 0;
      return {
        model,
        environment,
        windowStart: new Date(row.window_start),
        version: row.version,
        sha256: row.sha256,
        servingRole: row.serving_role,
        segment: row.segment_name,
        rows: row.rows,
        weight: row.total_weight,
        unobservable: row.unobservable,
        newest: new Date(row.newest_stored),
        meanScore: row.mean_score,
        counts,
      };
    });
  }

  async readPredictions({
    model,
    from,
    to,
  }: port.Period & { readonly model: string }): Promise<port.StoredPrediction[]> {
    const parameters = { model, environment: '', from: from.getTime(), to: to.getTime() };
    const rows = await this.#session.select<PredictionRow>('predictions', parameters);
    return rows.map(({ serving_role, arrived_at, time, ...row }) => {
      return { ...row, servingRole: serving_role, time: new Date(time), arrivedAt: new Date(arrived_at) };
    });
  }

  async readLabels(model: string): Promise<port.StoredLabel[]> {
    return (await this.#session.select<LabelRow>('labels', { model })).map(fromLabelRow);
  }

  async history(model: string, id: string): Promise<port.StoredLabel[]> {
    return (await this.#session.select<LabelRow>('label-history', { model, id })).map(fromLabelRow);
  }

  async countUnmatched(): Promise<number> {
    const [row] = await this.#session.select<{ labels: number }>('unmatched-labels', {});
    return row?.labels ?? 0;
  }

  async #state(): Promise<{ now: number; joinedAt: number; joinedThrough: number }> {
    type State = { now: number; joinedAt: number; joinedThrough: number };
    const [state] = await this.#session.selectNow<State>('join-state');
    return state ?? { now: 0, joinedAt: 0, joinedThrough: 0 };
  }

  /** Joins what was stored since an instant. Gives 1 where labels without a model exist, else 0. */
  async #joinTouched(run: JoinParameters & { readonly since: number }): Promise<number> {
    type Extent = { predictions: number; labels: number; first: number; last: number; anyWithoutModel: number };
    const [extent] = await this.#session.selectNow<Extent>('join-extent', { since: run.since });
    const { predictions = 0, labels = 0, first = 0, last = 0, anyWithoutModel = 0 } = extent ?? {};
    // New predictions alone lie in a period that is known; a label may belong to any.
    const isAnyTime = labels > 0 || anyWithoutModel > 0;
    const period = isAnyTime ? { from: 0, to: FAR_FUTURE_MS } : { from: first, to: last };
    const parameters = { ...run, ...period, models: [], anyWithoutModel };
    const parts = partsOf(predictions + labels);
    for (let part = 0; part < parts; part++) await this.#joinPart('join-touched-ids', { ...parameters, parts, part });
    return anyWithoutModel;
  }

  async #joinBand({ models, fromMs, toMs }: Band, run: JoinParameters): Promise<void> {
    if (toMs < fromMs) return;
    const band = { models, from: fromMs, to: toMs };
    const [extent] = await this.#session.selectNow<{ predictions: number }>('band-extent', band);
    const parts = partsOf(extent?.predictions ?? 0);
    const parameters = { ...run, ...band, parts };
    for (let part = 0; part < parts; part++) {
      const one = { ...parameters, part };
      const [candidates] = await this.#session.selectNow<{ predictions: number }>('band-candidates', one);
      if ((candidates?.predictions ?? 0) > 0) await this.#joinPart('join-band-ids', one);
    }
  }

  async #joinPart(ids: string, parameters: JoinParameters): Promise<void> {
    await this.#session.command('Joining labels', statement('join-labels', { ids }), parameters);
  }
}

function partsOf(rows: number): number {
  return Math.ceil(rows / ROWS_PER_PART);
}

interface CountRow {
  readonly window_start: number;
  readonly version: string;
  readonly sha256: string;
  readonly serving_role: string;
  readonly segment_name: string;
  readonly rows: number;
  readonly total_weight: number;
  readonly unobservable: number;
  readonly newest_stored: number;
  readonly mean_score: number | null;
  readonly histogram: readonly [cells: readonly number[], weights: readonly number[]];
}

type PredictionRow = Omit<port.StoredPrediction, 'servingRole' | 'time' | 'arrivedAt'> & {
  readonly serving_role: string;
  readonly time: number;
  readonly arrived_at: number;
};

type LabelRow = Pick<port.StoredLabel, 'model' | 'label'> & {
  readonly prediction_id: string;
  readonly time: number | null;
  readonly arrived_at: number;
};

function fromLabelRow({ prediction_id, time, arrived_at, ...row }: LabelRow): port.StoredLabel {
  const times = { time: time === null ? null : new Date(time), arrivedAt: new Date(arrived_at) };
  return { ...row, predictionId: prediction_id, ...times };
}

function groupParameters({ model, environment, from, to, windowSeconds, segment, bySegment }: port.LabeledQuestion) {
  return {
    model,
    environment,
    from: from.getTime(),
    to: to.getTime(),
    window: windowSeconds * 1000,
    pairs: segmentPairs(segment ?? {}),
    bySegment: bySegment === true ? 1 : 0,
  };
}
