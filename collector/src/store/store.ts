import type { SeriesGroup } from '../domain/drift/series.ts';
import type { FieldVerdict } from '../domain/drift/verdict.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { FileTable } from './file-tables.ts';
import type { PerformanceStore, StoredLabel } from './performance-store.ts';
import type { ModelScope, Period } from './scope.ts';

export type { FileTable } from './file-tables.ts';
export type * from './performance-store.ts';
export type { ModelScope, Period } from './scope.ts';

/** An hour that got points. */
export interface TouchedHour extends ModelScope {
  readonly hour: Date;
  /** Newest `stored_at` of its points that were asked for, by the store's clock. */
  readonly newest: Date;
  /** Rows stored since the instant asked for. */
  readonly rows: number;
}

/** Which points to sum, and how finely. */
export interface SeriesQuestion extends Period {
  /** Absent: every model. */
  readonly model?: string;
  /** Absent: every environment, kept apart. */
  readonly environment?: string;
  readonly source: 'minute' | 'hourly';
  /** Length of the windows, counted from `from`. Default: one window, `[from, to)`. */
  readonly windowSeconds?: number;
  /** Only rows whose segment holds all these pairs. Default: all rows. */
  readonly segment?: Readonly<Record<string, string>>;
  /** Keep segments apart instead of summing over them. Default false. */
  readonly bySegment?: boolean;
  /** Only this field, and beside it the rows of the model (`ml.inference.rows`). Default: all fields. */
  readonly field?: string;
}

/**
 * Points of one group, summed over one window. A point belongs to the window that contains its start.
 *
 * `category` also holds the reason of `ml.agent.dropped`. `sum` is NaN where a point had none; `min` and `max` are +inf and
 * -inf where no point had any. With segments summed, `segment` is empty.
 */
export interface StoredSeries extends SeriesGroup, ModelScope {
  readonly windowStart: Date;
  /** `edges`: counts over bounds; `exponential`: base-2 buckets; `sum`: a number. */
  readonly kind: 'edges' | 'exponential' | 'sum';
  readonly counts: readonly number[];
  readonly negativeCounts: readonly number[];
  /** OTLP points in it. */
  readonly points: number;
}

/** A verdict as stored: what was judged, when, in which revision. The reference is `decision.reference`. */
export interface StoredVerdict extends FieldVerdict, ModelScope {
  readonly version: string;
  /** Canonical text (`segmentText`), or empty for all rows. */
  readonly segment: string;
  readonly judgedAt: Date;
  readonly revision: number;
}

/** Which verdicts to read. What is absent is not restricted. */
export interface DriftQuestion {
  readonly model: string;
  readonly version?: string;
  readonly environment?: string;
  /** Windows that start in `[from, to)`. */
  readonly from?: Date;
  readonly to?: Date;
  readonly windowSeconds?: number;
  /** Canonical text; empty: the verdicts over all rows. */
  readonly segment?: string;
  readonly reference?: string;
  /** What was known at that instant. Default: all. */
  readonly asOf?: Date;
}

/** An incident in one revision; the newest one counts. */
export interface StoredIncident extends Incident {
  readonly revision: number;
}

/** Health of a model; the newest one counts. */
export interface StoredHealth extends ModelScope {
  readonly verdict: string;
  readonly reason: string;
  readonly at: Date;
  readonly revision: number;
}

/** A prediction; of several rows with one (model, environment, id, time, version, sha256, servingRole) the newest arrival counts. */
export interface StoredPrediction extends ModelScope {
  readonly version: string;
  readonly sha256: string;
  /** Canonical text (`segmentText`). */
  readonly segment: string;
  readonly servingRole: string;
  readonly id: string;
  readonly time: Date;
  readonly score: number | null;
  /** Outputs by name, as JSON. */
  readonly outputs: string;
  /** Inputs that were sent along, by name, as JSON. */
  readonly inputs: string;
  readonly weight: number;
  readonly arrivedAt: Date;
}

/** An event of the registry. Whose `eventId` is first at (stream, seq) has won. */
export interface StoredEvent {
  readonly stream: string;
  /** From 1. */
  readonly seq: number;
  readonly eventId: string;
  readonly type: string;
  /** JSON. */
  readonly payload: string;
  readonly actor: string;
  readonly at: Date;
  readonly prevHash: string;
  readonly hash: string;
}

/** Size of a table. */
export interface TableFacts {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly parts: number;
}

/**
 * Where telemetry, verdicts and the registry are kept: ClickHouse, embedded or as a server.
 *
 * Every method rejects with a `PrumoError`: `PRUMO_STORE_*`, retryable unless trying again cannot help.
 */
export interface Store extends PerformanceStore {
  /** Creates what is missing; refuses a store that a newer Prumo wrote, and changed migrations. */
  migrate(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when the store answers, independently of running reads and writes. */
  ping(): Promise<void>;

  /**
   * Inserts a RowBinary file (columns: `FILE_TABLES`). One token is stored once: make it from the content's hash and a
   * unique name, for another content under a known token is dropped without a word.
   */
  insertFile(table: FileTable, path: string, token: string): Promise<void>;

  /**
   * Hours with points stored at or after `since`. A row may become visible a moment after its `stored_at`: ask again with
   * an overlap of a minute, repeating a roll-up is harmless.
   */
  touchedHours(since: Date): Promise<TouchedHour[]>;
  /** Sums whole hours of a model, or of all models where none is named; `from` and `to` are full hours. An hour without points keeps its older revision. */
  rollUp(scope: Partial<ModelScope> & Period, revision: number): Promise<void>;
  readSeries(question: SeriesQuestion): Promise<StoredSeries[]>;
  /** Starts of the first and of the last hour of a model that were rolled up; undefined where none was. */
  hoursOf(scope: ModelScope): Promise<{ readonly first: Date; readonly last: Date } | undefined>;

  appendDrift(verdicts: readonly StoredVerdict[]): Promise<void>;
  readDrift(question: DriftQuestion): Promise<StoredVerdict[]>;
  appendIncidents(incidents: readonly StoredIncident[]): Promise<void>;
  readIncidents(question: { readonly model?: string; readonly environment?: string }): Promise<StoredIncident[]>;
  appendHealth(health: readonly StoredHealth[]): Promise<void>;
  readHealth(question: {
    readonly model?: string;
    readonly environment?: string;
    readonly asOf?: Date;
  }): Promise<StoredHealth[]>;

  /** Predictions of a model whose time is in `[from, to)`, by time and id. */
  readPredictions(question: Period & { readonly model: string }): Promise<StoredPrediction[]>;
  /** Labels of a model (empty: those that came without one), by id. */
  readLabels(model: string): Promise<StoredLabel[]>;

  /** Appends an event; read it back to see who has won its place. */
  appendEvent(event: StoredEvent): Promise<void>;
  /** Events after a sequence number (default: all), in order; of one stream, or of all. */
  readEvents(question: { readonly stream?: string; readonly after?: number }): Promise<StoredEvent[]>;

  tableFacts(): Promise<TableFacts[]>;
}
