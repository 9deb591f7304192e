import type { LabelLine } from '../api/label.ts';
import type { ModelFile } from '../api/model-file.ts';
import type { PredictionLine } from '../api/prediction.ts';
import { createSegmentTable, dayOf, windowStarts, type Windowing } from './backfill-windows.ts';
import { LineGroups, type LineBody } from './line-groups.ts';
import type { RecordCells, RowBatch } from './open-rows.ts';
import type { ExportSource } from './otlp-json-export.ts';
import type { RowSurvey } from './survey-rows.ts';

/** What of each row is sent beside the profiles. */
export interface RowLinesOptions {
  readonly origin: ExportSource;
  readonly outputs: ModelFile['outputs'];
  readonly segments: readonly string[];
  readonly windowing: Windowing;
  readonly survey: RowSurvey;
  readonly withPredictions: boolean;
  readonly withLabels: boolean;
}

/** A body for `POST /v1/predictions` or `POST /v1/labels`. */
export interface RowBody extends LineBody {
  readonly kind: 'predictions' | 'labels';
}

/**
 * Makes predictions and labels of rows, as NDJSON: a body of predictions holds rows of one day, and a day is given out when its
 * last row was read. A row without an id is neither.
 */
export class RowLines {
  /** Rows without an id. */
  withoutId = 0;
  readonly #options: RowLinesOptions;
  readonly #segments: ReturnType<typeof createSegmentTable>;
  readonly #score: string | undefined;
  readonly #predictions = new LineGroups();
  readonly #labels = new LineGroups();
  #done = 0;

  constructor(options: RowLinesOptions) {
    this.#options = options;
    this.#segments = createSegmentTable(options.segments);
    this.#score = scoreOf(options.outputs);
  }

  /** The bodies that are to be sent after the next rows of the file. */
  *add(batch: RowBatch): Generator<RowBody> {
    const { windowing, survey, withPredictions, withLabels } = this.#options;
    const { record } = batch;
    if (record === undefined) return;
    const starts = windowStarts(windowing, batch, this.#done);
    const combinations = this.#segments.number(batch);
    for (const [row, id] of record.ids.entries()) {
      if (id === null) this.withoutId++;
      else {
        const startMs = starts[row] ?? NaN;
        if (withPredictions) {
          // Without times of its own a row is given the start of its window.
          const timeMs = Math.floor(batch.timesMs?.[row] ?? startMs);
          const segment = this.#segments.pairs(combinations[row] ?? 0);
          const line = JSON.stringify(this.#prediction(batch, row, { id, timeMs, segment }));
          yield* named('predictions', this.#predictions.add(dayOf(startMs), line));
        }
        const label = withLabels ? this.#label(record, row, id) : undefined;
        if (label !== undefined) yield* named('labels', this.#labels.add(0, JSON.stringify(label)));
      }
    }
    this.#done += batch.rowCount;
    for (const day of this.#predictions.keys()) {
      if ((survey.lastRowOfDay.get(day) ?? Infinity) < this.#done) {
        yield* named('predictions', this.#predictions.end(day));
      }
    }
  }

  /** What is left after the last row. */
  *end(): Generator<RowBody> {
    yield* named('predictions', this.#predictions.endAll());
    yield* named('labels', this.#labels.endAll());
  }

  #prediction(
    { columns }: RowBatch,
    row: number,
    { id, timeMs, segment }: { id: string; timeMs: number; segment: Readonly<Record<string, string>> },
  ): PredictionLine {
    const { origin, outputs } = this.#options;
    const known = outputs.flatMap(({ name }) => {
      const value = columns.get(name)?.values[row];
      if (value === undefined) return [];
      const isUsable = typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string';
      return [[name, isUsable ? (value as number | string) : null] as const];
    });
    const values = Object.fromEntries(known);
    const score = this.#score === undefined ? undefined : values[this.#score];
    return {
      model: origin.model,
      version: origin.version,
      ...(origin.sha256 === null ? {} : { sha256: origin.sha256 }),
      environment: origin.environment,
      segment,
      id,
      time: new Date(timeMs).toISOString(),
      ...(typeof score === 'number' ? { score } : {}),
      outputs: values,
    };
  }

  #label({ labels, labelTimesMs }: RecordCells, row: number, id: string): LabelLine | undefined {
    const label = labels?.[row] ?? null;
    if (label === null) return undefined;
    const timeMs = labelTimesMs?.[row] ?? NaN;
    const time = Number.isNaN(timeMs) ? {} : { time: new Date(Math.floor(timeMs)).toISOString() };
    return { prediction_id: id, label, model: this.#options.origin.model, ...time };
  }
}

/** The output that is the prediction as a number: the only score, or else the only value. */
function scoreOf(outputs: ModelFile['outputs']): string | undefined {
  const scores = outputs.filter(({ role }) => role === 'score');
  const candidates = scores.length > 0 ? scores : outputs.filter(({ role }) => role === 'value');
  return candidates.length === 1 ? candidates[0]?.name : undefined;
}

function* named(kind: RowBody['kind'], bodies: Iterable<LineBody>): Generator<RowBody> {
  for (const body of bodies) yield { kind, ...body };
}
