import type { Attributes } from '@opentelemetry/api';
import { DropCounter } from '../export/drop-counter.ts';
import { closeInterval, toHrTime } from '../export/interval.ts';
import type { VersionLayouts } from '../export/layouts-answer.ts';
import type { LayoutsSubscriber } from '../export/layouts-poller.ts';
import { DESCRIPTOR, type Point, type PointTime, sumPoint } from '../export/point.ts';
import { pointOfNumbers, pointsOfProfile } from '../export/profile-points.ts';
import type { PredictionExporter } from '../export/prediction-exporter.ts';
import type { RowIdentity, RowSource } from '../export/prediction-batch.ts';
import { type Log, messageOf } from '../log.ts';
import { ATTRIBUTE, createNumericAccumulator, defaultExponentialLayout } from '../profile/index.ts';
import { PredictionRecorder } from './prediction-recorder.ts';
import type { RowsByClass } from './rows-by-class.ts';
import type { Segment } from './segment.ts';
import type { TakenSegment } from './segment-series.ts';
import { SegmentTable } from './segment-table.ts';
import type { TensorLike } from './tensor.ts';

/** Tensors by name, as a session takes and gives them. */
export type Tensors = Readonly<Record<string, TensorLike | null | undefined>>;

/** Which model a session runs. */
export interface ModelIdentity {
  readonly model: string;
  readonly version: string | undefined;
  /** Names of the columns of tensors, until the layouts name them. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** What the rows of a run belong to. */
export interface RowsContext {
  readonly segment: Segment;
  readonly ids: readonly unknown[] | undefined;
}

/** What the agent gives to each recorder. */
export interface RecorderContext {
  /** Ms since 1970, whole. */
  readonly nowMs: () => number;
  readonly dropped: DropCounter;
  readonly log: Log;
  /**
   * Number of the session within the agent. It is added to each start in nanoseconds: two sessions of one model are
   * two streams of the same series, and points of equal series, start and end count once.
   */
  readonly ordinal: number;
  /** Takes rows that were given an id; undefined: none are sent. */
  readonly predictions: PredictionExporter | undefined;
}

/** Profiles what one watched session sees. `record` and `recordError` never throw. */
export class SessionRecorder implements LayoutsSubscriber, RowSource {
  readonly dropped: DropCounter;
  readonly #identity: ModelIdentity;
  readonly #context: RecorderContext;
  readonly #durations = createNumericAccumulator(defaultExponentialLayout);
  readonly #predictions: PredictionRecorder | undefined;
  #isIdentified = false;
  #sha256: string | undefined;
  #layouts: VersionLayouts | undefined;
  #layoutsText = '';
  #segments: SegmentTable;
  #startMs: number;
  #overheadSeconds = 0;
  #totalRows = 0;
  #waiting: Point[] = [];
  #isClosed = false;

  constructor(identity: ModelIdentity, context: RecorderContext) {
    this.dropped = new DropCounter(context.dropped);
    this.#identity = identity;
    this.#context = context;
    this.#startMs = context.nowMs();
    this.#segments = new SegmentTable(undefined, identity.fields, this.dropped);
    this.#predictions =
      context.predictions && new PredictionRecorder(context.predictions, this, identity.fields, this.dropped);
  }

  /** Whether rows that are given an id are sent. */
  get keepsRows(): boolean {
    return this.#predictions !== undefined && !this.#isClosed;
  }

  get totalRows(): number {
    return this.#totalRows;
  }

  /**
   * Profiles one run that went well, and keeps its rows that have an id.
   *
   * @param ids one per row, as the host gave them; undefined where it gave none.
   */
  record(
    inputNames: readonly string[],
    inputs: Tensors,
    outputs: Tensors,
    { segment, ids }: RowsContext,
    startedMs: number,
  ): void {
    if (this.#isClosed) return;
    const endedMs = performance.now();
    try {
      const rows = countRows(inputNames, inputs);
      const series = this.#segments.find(segment, rows);
      series.addRows(rows);
      this.#totalRows += rows;
      this.#durations.add((endedMs - startedMs) / 1000);
      for (const name of inputNames) this.#addTensor(series, 'input', name, inputs, rows);
      const byClass = this.#segments.classes?.split(outputs, rows);
      for (const name of Object.keys(outputs)) this.#addTensor(series, 'output', name, outputs, rows, byClass);
      if (ids !== undefined) {
        const timeMs = this.#context.nowMs();
        this.#predictions?.record(ids, { inputNames, inputs, outputs, segment, rows, timeMs });
      }
    } catch (error) {
      this.#countFault(error);
    }
    this.#overheadSeconds += (performance.now() - endedMs) / 1000;
  }

  #addTensor(
    series: ReturnType<SegmentTable['find']>,
    role: 'input' | 'output',
    name: string,
    tensors: Tensors,
    rows: number,
    byClass?: RowsByClass,
  ): void {
    try {
      const tensor = tensors[name];
      if (tensor !== null && tensor !== undefined) series.addTensor(role, name, tensor, rows, byClass);
    } catch (error) {
      this.dropped.add('unreadable_tensor');
      this.#context.log.once(`tensor ${name}`, 'warn', `tensor ${name} cannot be profiled: ${messageOf(error)}`);
    }
  }

  /** Counts one run that failed. */
  recordError(segment: Segment): void {
    if (this.#isClosed) return;
    try {
      this.#segments.find(segment, 0).addError();
    } catch (error) {
      this.#countFault(error);
    }
  }

  #countFault(error: unknown): void {
    this.dropped.add('observer_error');
    this.#context.log.once('observer', 'warn', `a run could not be profiled: ${messageOf(error)}`);
  }

  /** Names the ONNX file, once it is hashed; undefined where there is none, or it cannot be read. */
  identify(sha256: string | undefined): void {
    this.#sha256 = sha256;
    this.#isIdentified = true;
    // Neither version nor hash: nothing can ever be sent.
    if (this.question() !== undefined) return;
    this.close();
    this.#predictions?.discard();
  }

  identity(): RowIdentity | undefined {
    return this.#isIdentified
      ? { model: this.#identity.model, version: this.#version(), sha256: this.#sha256 }
      : undefined;
  }

  #version(): string | undefined {
    return this.#identity.version ?? this.#layouts?.version;
  }

  question(): { model: string; version: string | undefined; sha256: string | undefined } | undefined {
    const { model, version } = this.#identity;
    return version === undefined && this.#sha256 === undefined ? undefined : { model, version, sha256: this.#sha256 };
  }

  /** Profiles under new layouts from here on: what was counted under the old ones ends its interval now. */
  useLayouts(layouts: VersionLayouts): void {
    const text = JSON.stringify(layouts);
    if (text === this.#layoutsText) return;
    for (const points of this.cut(this.#context.nowMs())) this.#waiting.push(...points);
    this.#predictions?.useLayouts(layouts);
    this.#layouts = layouts;
    this.#layoutsText = text;
    this.#segments = new SegmentTable(layouts, this.#identity.fields, this.dropped);
  }

  /**
   * Ends the interval and gives its points in parts. Each segment is taken as a whole; the parts after the first may
   * hold rows that came while the parts before were dealt with. Without version and hash there is nothing to send under.
   */
  *cut(nowMs: number): Generator<readonly Point[], void, undefined> {
    if (this.question() === undefined) return;
    const interval = closeInterval(this.#startMs, nowMs);
    this.#startMs = interval.endMs;
    const time = {
      startTime: toHrTime(interval.startMs, this.#context.ordinal),
      endTime: toHrTime(interval.endMs),
    };
    const common = this.#attributes();
    if (this.#waiting.length > 0) yield this.#waiting.splice(0);
    for (const series of this.#segments.all()) yield* pointsOfSegment(series.take(), common, time);
    yield this.#takeOwn(common, time);
  }

  #attributes(): Attributes {
    const version = this.#version();
    return {
      [ATTRIBUTE.modelName]: this.#identity.model,
      ...(version === undefined ? {} : { [ATTRIBUTE.modelVersion]: version }),
      ...(this.#sha256 === undefined ? {} : { [ATTRIBUTE.modelSha256]: this.#sha256 }),
      [ATTRIBUTE.servingRole]: 'champion',
    };
  }

  /** What is counted per session. */
  #takeOwn(common: Attributes, time: PointTime): Point[] {
    const points: Point[] = [];
    const durations = this.#durations.take();
    if (durations.rows > 0) points.push(pointOfNumbers(DESCRIPTOR.duration, durations, common, time));
    if (this.#overheadSeconds > 0) points.push(sumPoint(DESCRIPTOR.overhead, common, time, this.#overheadSeconds));
    this.#overheadSeconds = 0;
    for (const [reason, count] of this.dropped.take()) {
      points.push(sumPoint(DESCRIPTOR.dropped, { ...common, [ATTRIBUTE.reason]: reason }, time, count));
    }
    return points;
  }

  /** Counts nothing from here on. */
  close(): void {
    this.#isClosed = true;
  }
}

/** Rows of a run: the first dimension of its first input that has one. */
function countRows(inputNames: readonly string[], inputs: Tensors): number {
  for (const name of inputNames) {
    const dims = inputs[name]?.dims;
    if (dims !== undefined && dims.length > 0) return dims[0]!;
  }
  return 1;
}

function* pointsOfSegment(taken: TakenSegment, common: Attributes, time: PointTime): Generator<readonly Point[]> {
  const attributes = { ...common, ...taken.attributes };
  if (taken.rows > 0) yield [sumPoint(DESCRIPTOR.rows, attributes, time, taken.rows)];
  if (taken.errors > 0) yield [sumPoint(DESCRIPTOR.errors, attributes, time, taken.errors)];
  for (const { profile, attributes: own, layoutHash } of taken.profiles) {
    yield pointsOfProfile(profile, { ...attributes, ...own }, layoutHash, time);
  }
}
