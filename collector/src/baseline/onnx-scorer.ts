import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FieldAnswer } from '../api/registration.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { FieldColumn, FieldColumns } from './field-column.ts';
import { createTensorBuilder, readColumn, type TensorBuilder } from './tensor-data.ts';
import { INVALID_CATEGORY } from '../data-files/columns.ts';

/** Runs an ONNX model on rows. */
export interface OnnxScorer {
  /**
   * The output fields of `rowCount` rows. A row that cannot be fed (text in a number's place, nothing in an integer's) has
   * no outputs: they are missing.
   *
   * @throws PrumoError `PRUMO_ONNX_UNSUPPORTED` where the model refuses the rows.
   */
  readonly score: (inputs: FieldColumns, rowCount: number) => Promise<FieldColumns>;
  readonly close: () => Promise<void>;
}

/** Most rows of one run. */
const RUN_ROWS = 2048;

interface InputTensor {
  readonly name: string;
  readonly type: string;
  readonly rank: number;
  readonly fields: readonly FieldAnswer[];
}

/**
 * Loads a model (onnxruntime is loaded here, not before), to compute the outputs among `fields` from the inputs among them.
 * Takes tensors `[N]`, `[N,1]` and `[N,D]`; only tensors that hold fields are asked for.
 *
 * @throws PrumoError `PRUMO_ONNX_MALFORMED`, `PRUMO_ONNX_UNSUPPORTED`.
 */
export async function createOnnxScorer(onnx: Uint8Array, fields: readonly FieldAnswer[]): Promise<OnnxScorer> {
  const ort = await import('onnxruntime-node');
  // With several threads onnxruntime adds up the trees of large batches in another order than in the small ones of serving:
  // the last bits would differ, and the greatest output of the very same rows lie outside of the reference.
  const options = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await ort.InferenceSession.create(onnx, options).catch((cause: unknown) => {
    throw new PrumoError('PRUMO_ONNX_MALFORMED', `the ONNX file does not load: ${reasonOf(cause)}`, { cause });
  });
  const inputs = planInputs(session, fields);
  const outputs = fields.filter((field) => field.role === 'output');
  const fetches = [...new Set(outputs.map((field) => field.tensor))];
  const batchRows = fixedBatch(session) ?? RUN_ROWS;

  const run = async (columns: FieldColumns, rows: readonly number[]): Promise<InferenceSession.OnnxValueMapType> => {
    const feeds: Record<string, Tensor> = {};
    for (const { name, builder, dims, type } of fillTensors(inputs, columns, rows)) {
      feeds[name] = new ort.Tensor(type as 'float32', builder.data as Float32Array, dims);
    }
    return session.run(feeds, fetches).catch((cause: unknown) => {
      throw new PrumoError('PRUMO_ONNX_UNSUPPORTED', `the model refuses rows: ${reasonOf(cause)}`, { cause });
    });
  };

  return {
    score: async (columns, rowCount) => {
      const results = outputs.map((field) => emptyColumn(field.type, rowCount));
      const runnable = findRunnable(inputs, columns, rowCount);
      for (let from = 0; from < runnable.length; from += batchRows) {
        const rows = runnable.slice(from, from + batchRows);
        // A model of a fixed batch gets its last row again until the batch is full.
        const padded = [...rows];
        while (fixedBatch(session) !== undefined && padded.length < batchRows) padded.push(rows.at(-1) ?? 0);
        const values = await run(columns, padded);
        outputs.forEach((field, i) =>
          place(results[i]!, readOutput(field, values[field.tensor] as Tensor, padded.length), rows),
        );
      }
      return new Map(outputs.map((field, i) => [field.name, results[i]!]));
    },
    close: () => session.release(),
  };
}

function planInputs(session: InferenceSession, fields: readonly FieldAnswer[]): InputTensor[] {
  return session.inputMetadata.map((metadata) => {
    if (!metadata.isTensor) throw unsupported(`input "${metadata.name}" is no tensor`);
    const own = fields.filter((field) => field.role === 'input' && field.tensor === metadata.name);
    if (own.length === 0)
      throw unsupported(`input "${metadata.name}" has no field in the model file, so it cannot be fed`);
    const rank = metadata.shape.length;
    if (rank > 2 || rank === 0)
      throw unsupported(`input "${metadata.name}" has ${rank} dimensions; [N], [N,1] and [N,D] are read`);
    const ordered = own.toSorted((a, b) => (a.column ?? 0) - (b.column ?? 0));
    return { name: metadata.name, type: metadata.type, rank, fields: ordered };
  });
}

/** Rows per run of a model whose first dimension is a number. */
function fixedBatch(session: InferenceSession): number | undefined {
  for (const metadata of session.inputMetadata) {
    const first = metadata.isTensor ? metadata.shape[0] : undefined;
    if (typeof first === 'number' && first > 0) return first;
  }
  return undefined;
}

function* fillTensors(
  inputs: readonly InputTensor[],
  columns: FieldColumns,
  rows: readonly number[],
): Generator<{ name: string; type: string; builder: TensorBuilder; dims: number[] }> {
  for (const { name, type, rank, fields } of inputs) {
    const width = fields.length;
    const builder = createTensorBuilder(type, rows.length * width);
    fields.forEach((field, column) => {
      const { values } = requireColumn(columns, field.name);
      for (let i = 0; i < rows.length; i++) builder.put(i * width + column, values[rows[i]!] ?? null);
    });
    yield { name, type, builder, dims: rank === 1 ? [rows.length] : [rows.length, width] };
  }
}

/** Rows whose every value its tensor can hold. */
function findRunnable(inputs: readonly InputTensor[], columns: FieldColumns, rowCount: number): number[] {
  const refused = new Uint8Array(rowCount);
  for (const { type, fields } of inputs) {
    const probe = createTensorBuilder(type, 1);
    for (const field of fields) {
      const { values } = requireColumn(columns, field.name);
      for (let row = 0; row < rowCount; row++) {
        const value = values[row] ?? null;
        if (value === INVALID_CATEGORY || value === Infinity || value === -Infinity || !probe.put(0, value))
          refused[row] = 1;
      }
    }
  }
  return Array.from(refused.keys()).filter((row) => refused[row] === 0);
}

function readOutput(field: FieldAnswer, tensor: Tensor, rows: number): FieldColumn {
  const stride = rows === 0 ? 1 : Math.max(1, Math.round(tensor.data.length / rows));
  const column = field.column ?? 0;
  if (column >= stride || tensor.data.length !== rows * stride) {
    throw unsupported(
      `output "${field.name}": tensor "${field.tensor}" of ${tensor.dims.join(' x ')} has no column ${column} per row`,
    );
  }
  return readColumn(tensor.data, tensor.type, { start: column, stride, rows }, field.type);
}

function emptyColumn(type: 'numeric' | 'categorical', rows: number): FieldColumn {
  if (type === 'numeric') return { type, values: new Float64Array(rows).fill(NaN) };
  return { type, values: new Array<null>(rows).fill(null) };
}

function place(into: FieldColumn, part: FieldColumn, rows: readonly number[]): void {
  const values = into.values as { [row: number]: unknown };
  rows.forEach((row, i) => (values[row] = part.values[i]));
}

function requireColumn(columns: FieldColumns, name: string): FieldColumn {
  const column = columns.get(name);
  if (column === undefined) throw new RangeError(`there is no column "${name}"`);
  return column;
}

function unsupported(message: string): PrumoError {
  return new PrumoError('PRUMO_ONNX_UNSUPPORTED', message);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
