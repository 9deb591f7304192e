import type { DropCounter } from '../export/drop-counter.ts';
import type { VersionLayouts } from '../export/layouts-answer.ts';
import type { PredictionBatch, RowSource } from '../export/prediction-batch.ts';
import type { PredictionExporter } from '../export/prediction-exporter.ts';
import type { NumericData } from '../profile/index.ts';
import { shareOfId } from './id-share.ts';
import { idText } from './row-ids.ts';
import { sendablePairs } from './row-segment.ts';
import { type RowStatistics, statisticsOfRow } from './row-statistics.ts';
import { none, valueOf } from './row-values.ts';
import { keepDeclared, type Segment } from './segment.ts';
import { SentFields, type SentTensor } from './sent-fields.ts';
import type { TensorLike } from './tensor.ts';
import { shapeOf } from './tensor-shape.ts';

/** One run that went well. */
export interface FinishedRun {
  readonly inputNames: readonly string[];
  readonly inputs: Readonly<Record<string, TensorLike | null | undefined>>;
  readonly outputs: Readonly<Record<string, TensorLike | null | undefined>>;
  readonly segment: Segment;
  readonly rows: number;
  /** Ms since 1970, whole. */
  readonly timeMs: number;
}

/** A row of a run that is sent. */
interface KeptRow {
  readonly index: number;
  readonly id: string;
  readonly hasInputs: boolean;
}

/** A tensor whose data is at hand. */
interface ReadTensor {
  readonly sent: SentTensor;
  readonly data: TensorLike['data'];
}

/** Copies what is sent of the rows of one session into open batches. It may throw; the rows so far are whole. */
export class PredictionRecorder {
  readonly #exporter: PredictionExporter;
  readonly #source: RowSource;
  readonly #names: Readonly<Record<string, readonly string[]>>;
  readonly #dropped: DropCounter;
  #layouts: VersionLayouts | undefined;
  #fields: SentFields;
  #batch: PredictionBatch | undefined;

  constructor(
    exporter: PredictionExporter,
    source: RowSource,
    names: Readonly<Record<string, readonly string[]>>,
    dropped: DropCounter,
  ) {
    this.#exporter = exporter;
    this.#source = source;
    this.#names = names;
    this.#dropped = dropped;
    this.#fields = new SentFields(exporter.options, undefined, names, dropped);
  }

  /** Names fields by new layouts from here on. */
  useLayouts(layouts: VersionLayouts): void {
    this.#closeBatch();
    this.#layouts = layouts;
    this.#fields = new SentFields(this.#exporter.options, layouts, this.#names, this.#dropped);
  }

  #closeBatch(): void {
    this.#batch?.close();
    this.#batch = undefined;
  }

  /** Gives up on what is kept: it will never be known which version made it. */
  discard(): void {
    this.#exporter.discard(this.#source);
  }

  /** @param ids one per row, as the host gave them. */
  record(ids: readonly unknown[], run: FinishedRun): void {
    if (ids.length !== run.rows) {
      this.#dropped.add('id_mismatch', Math.max(run.rows, 1));
      return;
    }
    const kept = this.#choose(ids);
    if (kept.length === 0) return;
    const tensors = this.#readTensors(run);
    if (this.#fields.isWithholding) this.#dropped.add('predictions_unnamed', kept.length);
    const pairs = this.#pairsOf(run.segment, kept.length);
    const valuesPerRow = tensors.reduce((sum, { sent }) => sum + sent.fields.length, pairs.length);
    for (let from = 0; from < kept.length;) {
      const batch = this.#openBatch(tensors);
      const rows = kept.slice(from, from + batch.roomFor(valuesPerRow));
      this.#write(batch, rows, tensors, pairs, run.timeMs);
      this.#exporter.grown(batch);
      from += rows.length;
    }
  }

  /** The batch for more rows: a new one where a column would hold values of another kind. */
  #openBatch(tensors: readonly ReadTensor[]): PredictionBatch {
    const batch = this.#batch;
    const fits = batch?.isOpen && tensors.every(({ sent }) => sent.fields.every((field) => batch.takes(field)));
    if (batch !== undefined && fits) return batch;
    this.#closeBatch();
    this.#batch = this.#exporter.open(this.#source);
    return this.#batch;
  }

  #choose(ids: readonly unknown[]): KeptRow[] {
    const { sampling, inputs } = this.#exporter.options;
    const kept: KeptRow[] = [];
    for (let index = 0; index < ids.length; index++) {
      const id = idText(ids[index]);
      if (id === null) this.#dropped.add('id_invalid');
      else if (id !== undefined && (sampling === 1 || shareOfId(id, 'row') < sampling)) {
        kept.push({ index, id, hasInputs: inputs > 0 && (inputs === 1 || shareOfId(id, 'inputs') < inputs) });
      }
    }
    return kept;
  }

  #readTensors({ inputNames, inputs, outputs, rows }: FinishedRun): ReadTensor[] {
    const given = [
      ...inputNames.map((name) => ['input', name, inputs[name]] as const),
      ...Object.keys(outputs).map((name) => ['output', name, outputs[name]] as const),
    ];
    let isKnown = true;
    for (const [role, name, tensor] of given) if (tensor) isKnown = this.#fields.learn(role, name, tensor) && isKnown;
    if (!isKnown) this.#fields.decide();
    return given.flatMap(([role, name, tensor]) => {
      const sent = tensor ? this.#fields.find(role, name, tensor) : undefined;
      if (!tensor || sent === undefined || sent.fields.length === 0) return [];
      const data = readData(tensor, rows);
      return data === undefined ? [] : [{ sent, data }];
    });
  }

  #pairsOf(segment: Segment, rows: number): Segment['pairs'] {
    const declared = this.#layouts === undefined ? segment : keepDeclared(segment, this.#layouts.segments);
    const pairs = sendablePairs(declared);
    if (pairs.length < declared.pairs.length) this.#dropped.add('segment_invalid', rows);
    return pairs;
  }

  /** Writes rows behind those of the batch; they belong to it when all is written. */
  #write(
    batch: PredictionBatch,
    rows: readonly KeptRow[],
    tensors: readonly ReadTensor[],
    pairs: Segment['pairs'],
    timeMs: number,
  ): void {
    const start = batch.rowCount;
    for (let i = 0; i < rows.length; i++) {
      batch.ids[start + i] = rows[i]!.id;
      batch.timesMs[start + i] = timeMs;
      batch.scores[start + i] = NaN;
    }
    for (const [key, value] of pairs) {
      const values = batch.column({ name: `segment.${key}`, kind: 'text', isHashed: false }).values;
      for (let i = 0; i < rows.length; i++) values[start + i] = value === '' ? null : value;
    }
    for (const tensor of tensors) this.#writeTensor(batch, rows, tensor);
    batch.addRows(rows.length);
  }

  #writeTensor(batch: PredictionBatch, rows: readonly KeptRow[], { sent, data }: ReadTensor): void {
    const { shape, type, fields } = sent;
    const statistics = new Map<number, RowStatistics>();
    const statisticOf = (row: number, column: number): number => {
      const known = statistics.get(row) ?? statisticsOfRow(data as NumericData, type, row * shape.width, shape.width);
      statistics.set(row, known);
      return Number.isFinite(known[column]) ? known[column]! : NaN;
    };
    for (const field of fields) {
      const values = batch.column(field).values;
      for (let i = 0; i < rows.length; i++) {
        const { index, hasInputs } = rows[i]!;
        const at = batch.rowCount + i;
        if (field.isSampled && !hasInputs) values[at] = none(field);
        else if (shape.reading === 'statistics') values[at] = statisticOf(index, field.column);
        else values[at] = valueOf(data, type, index * shape.width + field.column, field, this.#dropped);
        if (field.isScore && typeof values[at] === 'number') batch.scores[at] = values[at];
      }
    }
  }
}

/** The data of a tensor; undefined where it cannot be read or is not of the run's rows, which is counted where it is profiled. */
function readData(tensor: TensorLike, rows: number): TensorLike['data'] | undefined {
  const shape = shapeOf(tensor.dims);
  if (shape.rows !== rows) return undefined;
  try {
    const { data } = tensor;
    return data.length >= rows * shape.width ? data : undefined;
  } catch {
    return undefined;
  }
}
