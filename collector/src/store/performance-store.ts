import type { Verdict } from '../domain/drift/verdict.ts';
import type { ModelScope, Period } from './scope.ts';

/** A label; of several rows with one (model, id) the newest by its own time counts, by arrival where it has none. */
export interface StoredLabel {
  /** Empty where the sender named none. */
  readonly model: string;
  readonly predictionId: string;
  readonly label: string;
  readonly time: Date | null;
  readonly arrivedAt: Date;
}

/** How rows of a model that never got a label are to be taken. */
export interface AbsentRule {
  readonly model: string;
  /** Absent: every environment that has no rule of its own. */
  readonly environment?: string;
  /** The label that they get. */
  readonly label: string;
  /** Time after the prediction from which on no label is expected any more. */
  readonly horizonMs: number;
  /** Only predictions with these outputs (by name, as text) can get a label; the others never get one from this rule. */
  readonly observedWhen?: Readonly<Record<string, string>>;
  /**
   * `nowMs` of an earlier run with this very rule: predictions whose horizon had passed then were looked at by it. Absent: all are looked at
   * that have neither a label nor an absent one of this text and horizon.
   */
  readonly seenMs?: number;
}

/** What a run of the join is to do. */
export interface JoinSettings {
  /** Rows stored before it, by the clock of the store, were seen by an earlier run; the overlap is added here. */
  readonly since: Date;
  /** A row may become visible this long after its `stored_at`. Default: a minute. */
  readonly overlapMs?: number;
  /** The run, by the clock of the collector; moved on by a millisecond where an earlier run is not older. */
  readonly joinedAt: Date;
  readonly absent: readonly AbsentRule[];
  /** Now, by the clock of the predictions: the horizon of `absent` ends at it. */
  readonly nowMs: number;
}

/** A full hour of prediction time whose labeled rows changed. */
export interface TouchedLabels extends ModelScope {
  readonly hour: Date;
  /** Rows that changed. */
  readonly labels: number;
}

/** What a run of the join saw and changed. */
export interface JoinOutcome {
  /** Labeled rows that are new or changed. */
  readonly joined: number;
  readonly windows: readonly TouchedLabels[];
  /** The next run's `since`. */
  readonly through: Date;
}

/** Which labeled rows or predictions to read. */
export interface LabeledQuestion extends Period, ModelScope {
  /** Length of the windows, counted from `from`. */
  readonly windowSeconds: number;
  /** Only rows whose segment holds all these pairs. Default: all rows. */
  readonly segment?: Readonly<Record<string, string>>;
  /** Keep segments apart. Default false. */
  readonly bySegment?: boolean;
}

/** Which predictions to count. */
export interface CountQuestion extends LabeledQuestion {
  /** Outputs (by name, as text) that a row must have to be able to get a label. */
  readonly observedWhen?: Readonly<Record<string, string>>;
  /** Bounds of the histogram of scores, ascending. */
  readonly bounds?: readonly number[];
}

/** Names of outputs and inputs whose values are read too. */
export interface AskedColumns {
  readonly outputs: readonly string[];
  readonly inputs?: readonly string[];
  /** Whether ids and times of the rows are read too; they are empty otherwise. Default false. */
  readonly withIds?: boolean;
}

/** What rows are grouped by; the window is the one that holds the time of the prediction. */
export interface PredictionGroup extends ModelScope {
  readonly windowStart: Date;
  readonly version: string;
  readonly sha256: string;
  /** Empty where it was not given. */
  readonly servingRole: string;
  /** Canonical text with `bySegment`, else empty. */
  readonly segment: string;
}

/** Predictions of a group, each counted once. */
export interface PredictionCount extends PredictionGroup {
  readonly rows: number;
  /** Rows that they stand for. */
  readonly weight: number;
  /** Weight of those that fail `observedWhen`: they can never get a label. */
  readonly unobservable: number;
  /** Newest `stored_at`, by the clock of the store. */
  readonly newest: Date;
  /** Weighted mean of the scores; null without any. */
  readonly meanScore: number | null;
  /** Weight of the scores per cell `(a, b]` of the asked bounds, one more than bounds; empty without bounds. */
  readonly counts: readonly number[];
}

/** Labeled rows of a group, as columns of one length in the order of (time, id). */
export interface LabeledGroup extends PredictionGroup {
  readonly ids: readonly string[];
  /** Times of the predictions, in ms since 1970. */
  readonly timesMs: readonly number[];
  /** NaN where there is none. */
  readonly scores: readonly number[];
  readonly labels: readonly string[];
  readonly weights: readonly number[];
  /** Whether the label comes from the rule for absent ones. */
  readonly isAbsent: readonly boolean[];
  /** Time of the label minus that of the prediction; null where the label has no time of its own. */
  readonly labelDelaysMs: readonly (number | null)[];
  /** How often the label was changed. */
  readonly corrections: readonly number[];
  /** Per asked name the values as text; null where a row has none. */
  readonly outputs: Readonly<Record<string, readonly (string | null)[]>>;
  readonly inputs: Readonly<Record<string, readonly (string | null)[]>>;
}

/** A metric of a judged window, as stored. */
export interface StoredPerformance extends ModelScope {
  readonly version: string;
  /** Canonical text (`segmentText`), or empty for all rows. */
  readonly segment: string;
  readonly window: { readonly start: Date; readonly end: Date };
  readonly windowSeconds: number;
  readonly kind: 'realized' | 'estimated' | 'concept';
  readonly servingRole: string;
  readonly metric: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly expected: number | null;
  readonly lowerLimit: number | null;
  readonly upperLimit: number | null;
  readonly strength: number;
  readonly verdict: Verdict;
  readonly isPrimary: boolean;
  readonly reason: string;
  readonly rows: number;
  readonly labels: number;
  readonly coverage: number | null;
  readonly mature: boolean;
  /** JSON: what else the answer shows. */
  readonly summary: string;
  readonly judgedAt: Date;
  readonly revision: number;
}

/** Which judged performance to read. What is absent is not restricted. */
export interface PerformanceQuestion {
  readonly model: string;
  readonly version?: string;
  readonly environment?: string;
  /** Windows that start in `[from, to)`. */
  readonly from?: Date;
  readonly to?: Date;
  readonly windowSeconds?: number;
  /** Canonical text; empty: over all rows. */
  readonly segment?: string;
  readonly kind?: StoredPerformance['kind'];
  readonly servingRole?: string;
  /** Only the primary metric's row of each. Default: all metrics. */
  readonly primaryOnly?: boolean;
  /** What was known at that instant. Default: all. */
  readonly asOf?: Date;
}

/** What the store keeps of labels and of what they say: a part of `Store`. */
export interface PerformanceStore {
  /**
   * Joins labels to predictions: what changed since a run is joined again, and rows of `labeled` that differ from the newest are added.
   *
   * A prediction is (model, environment, id, time, version, sha256, serving role), of each the newest row counts. Its label is the newest of
   * (model, id), by its own time; labels without a model belong to it where it is the only model with this id. A prediction without a label gets
   * that of its rule for absent ones when the horizon has passed; a true label that comes later replaces it. Repeating it changes nothing.
   */
  joinLabels(settings: JoinSettings): Promise<JoinOutcome>;
  /** Rows stored before it were seen by a run that was finished, as far as `labeled` tells; 1970 where no run wrote anything. */
  joinedThrough(): Promise<Date>;
  /** Hours whose labeled rows changed in runs at or after an instant (by the clock of the collector): what a run that was cut off has left;
   * of one model, or of all. */
  touchedLabels(joinedSince: Date, model?: string): Promise<TouchedLabels[]>;
  /** Predictions by window, version, hash and serving role, whether they have a label or not. */
  countPredictions(question: CountQuestion): Promise<PredictionCount[]>;
  /** Labeled rows by window, version, hash and serving role, in this order. */
  readLabeled(question: LabeledQuestion & AskedColumns): Promise<LabeledGroup[]>;
  /** Every label that came for an id, of this model or without a model; of two the later counts. */
  labelHistory(model: string, predictionId: string): Promise<StoredLabel[]>;
  /** Labels (each id counted once) that belong to no prediction, or, without a model, to those of several models. */
  countUnmatchedLabels(): Promise<number>;
  appendPerformance(rows: readonly StoredPerformance[]): Promise<void>;
  /** The newest revision of each (version, environment, serving role, window, segment, kind) as a whole, in order of time. */
  readPerformance(question: PerformanceQuestion): Promise<StoredPerformance[]>;
}
