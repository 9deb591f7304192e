import type { ModelFile } from '../api/model-file.ts';
import type { BaselineKind, ReferenceField } from '../domain/drift/reference.ts';
import { predictionOutputsOf } from '../domain/performance/prediction-outputs.ts';
import { buildPerformance, type BuiltPerformance } from '../domain/performance/reference-building/build-performance.ts';
import type { FieldColumn, FieldColumns } from './field-column.ts';
import type { ReferenceRows } from './load-reference-rows.ts';

/** What is known of the rows beside their labels. */
export interface LearningContext {
  /** Row numbers in the order of time. */
  readonly order: readonly number[];
  readonly chunkRows: readonly number[];
  /** In the order of time. */
  readonly columns: FieldColumns;
  readonly fields: readonly ReferenceField[];
  readonly modelFile: ModelFile;
  readonly kind: BaselineKind;
}

/** Learns what the labels of reference rows say of the performance; nothing where the model file names no label, or the rows have none. */
export function learnPerformance(rows: ReferenceRows, context: LearningContext): BuiltPerformance {
  const { order, chunkRows, columns, fields, modelFile, kind } = context;
  const { labels, labelTimesMs, timesMs, amounts } = rows;
  if (labels === undefined) return { warnings: [] };
  const { task, outputs, business, performance } = modelFile;
  const prediction = predictionOutputsOf(task, outputs);
  const usable = (name: string) => usableCells(columns.get(name), modelFile, name);
  const scores = prediction.field === undefined ? [] : usable(prediction.field);
  const { truePositive, falsePositive, trueNegative, falseNegative } = business ?? {};
  return buildPerformance({
    kind,
    outputs: prediction,
    boundsOf: (name) => boundsOf(fields, name),
    labels: order.map((row) => labels[row] ?? null),
    columns: {
      scores: Float64Array.from(order, (_, at) => numberOf(scores[at])),
      outputOf: usable,
      ...(amounts === undefined ? {} : { amounts: pick(amounts, order) }),
    },
    chunkRows,
    segments: new Map([...rows.segments].map(([key, values]) => [key, order.map((row) => values[row] ?? null)])),
    ...(labelTimesMs === undefined || timesMs === undefined
      ? {}
      : { delaysMs: Float64Array.from(order, (row) => (labelTimesMs[row] ?? NaN) - (timesMs[row] ?? NaN)) }),
    measure: {
      ...(prediction.threshold === undefined ? {} : { threshold: prediction.threshold }),
      ...(performance?.topShare === undefined ? {} : { topShare: performance.topShare }),
      ...(business === undefined || (business.amount !== undefined && amounts === undefined)
        ? {}
        : { business: defined({ truePositive, falsePositive, trueNegative, falseNegative }) }),
    },
  });
}

type Cell = string | number | null;

/** Cells of an output; null for what is missing or invalid. */
function usableCells(column: FieldColumn | undefined, { outputs }: ModelFile, name: string): readonly Cell[] {
  if (column === undefined) return [];
  const missing: readonly unknown[] = outputs.find((output) => output.name === name)?.missing ?? [];
  if (column.type === 'numeric') {
    return Array.from(column.values, (value) => (Number.isFinite(value) && !missing.includes(value) ? value : null));
  }
  return column.values.map((value) => (typeof value === 'string' && !missing.includes(value) ? value : null));
}

function boundsOf(fields: readonly ReferenceField[], name: string): readonly number[] | undefined {
  const field = fields.find((candidate) => candidate.name === name && candidate.role === 'output');
  return field?.layout.kind === 'edges' ? field.layout.bounds : undefined;
}

function numberOf(cell: Cell | undefined): number {
  return typeof cell === 'number' ? cell : NaN;
}

function pick(values: Float64Array, order: readonly number[]): Float64Array {
  return Float64Array.from(order, (row) => values[row] ?? NaN);
}

function defined(values: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
