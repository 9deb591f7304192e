import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ModelFile } from '../api/model-file.ts';
import type { VersionAnswer } from '../api/registration.ts';
import { buildReference } from '../baseline/build-reference.ts';
import { loadReferenceRows, peekColumns } from '../baseline/load-reference-rows.ts';
import { createOnnxScorer } from '../baseline/onnx-scorer.ts';
import type { RowSource } from '../baseline/open-rows.ts';
import type { Chunking } from '../baseline/plan-chunks.ts';
import type { BaselineKind, Reference } from '../domain/drift/reference.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { describePerformance, summarizePerformance } from './describe-performance.ts';
import { connect, type ClientOptions } from './client-options.ts';
import { pathOf, type CollectorClient } from './collector-client.ts';
import { startProgress } from './progress.ts';
import { fetchVersion, findOnnx } from './registered-version.ts';
import type { Terminal } from './terminal.ts';

type Sealed = VersionAnswer['baselines'][number];

const DEFAULT_CHUNKS = 10;

/** Options of `prumo baseline`. */
export interface BaselineOptions extends ClientOptions {
  readonly model: string;
  readonly version: string;
  readonly kind?: BaselineKind;
  readonly rowsPerChunk?: number;
  readonly chunk?: number;
  readonly onnx?: string;
  readonly labelTime?: string;
}

/** Builds the baseline of a data file and sends it. */
export async function runBaseline(path: string, options: BaselineOptions, terminal: Terminal): Promise<void> {
  const client = await connect(options);
  const registered = await fetchVersion(client, options.model, options.version);
  const { answer, modelFile } = registered;
  const kind = options.kind ?? 'heldout';
  if (options.kind === undefined) {
    terminal.note(
      'Taken as held-out rows (not used to fit the model); say --kind training or --kind production if they are not.',
    );
  }
  const columns = await peekColumns(path);
  noteUnwatched(columns, modelFile, answer, terminal);
  const onnx = await findOnnx(client, registered, options.onnx);
  if (onnx === undefined && answer.onnxSha256 !== null) {
    terminal.note(
      'The ONNX file is not at hand, so impact is estimated from the predictions in the data; give it with --onnx.',
    );
  }
  const scorer = onnx === undefined ? undefined : await createOnnxScorer(onnx, answer.fields);
  const reading = startProgress(terminal, 'rows read');
  const timeColumn = modelFile.time !== undefined && columns.includes(modelFile.time) ? modelFile.time : undefined;
  const labeling = chooseLabeling(options, columns, modelFile, terminal);
  const rows = await loadReferenceRows(
    { path, fields: answer.fields, scorer, timeColumn, ...labeling },
    reading.update,
  );
  reading.end();
  const asking = startProgress(terminal, 'fields measured');
  const chunking = chooseChunking(options);
  const reference = await buildReference(rows, {
    modelFile,
    fields: answer.fields,
    kind,
    chunking,
    scorer,
    onProgress: asking.update,
  });
  asking.end();
  await scorer?.close();
  const left = answer.fields.filter(({ name }) => !reference.fields.some((field) => field.name === name));
  if (left.length > 0) {
    terminal.note(`Without a column and an ONNX file, not in the baseline: ${left.map(({ name }) => name).join(', ')}`);
  }
  for (const warning of reference.warnings) terminal.note(`warning: ${warning}`);
  const sealed = await send(client, reference);
  if (options.json === true)
    terminal.printJson({ ...sealed, ...summaryOf(reference), ...summarizePerformance(reference, modelFile) });
  else terminal.print([describe(sealed, reference), ...describePerformance(reference, modelFile)].join('\n'));
}

/** What is read of the rows to learn of the performance; nothing where there is no label. */
function chooseLabeling(
  { labelTime }: BaselineOptions,
  columns: readonly string[],
  { label, segments, business }: ModelFile,
  terminal: Terminal,
): Pick<RowSource, 'record' | 'segments'> {
  if (labelTime !== undefined && !columns.includes(labelTime)) {
    throw new PrumoError('PRUMO_USAGE', `--label-time: the data file has no column "${labelTime}"`);
  }
  if (label === undefined || !columns.includes(label)) {
    terminal.note(
      label === undefined
        ? 'The model file names no label, so performance cannot be estimated.'
        : `The data file has no label column "${label}", so performance cannot be estimated.`,
    );
    return {};
  }
  const amount = business?.amount;
  const hasAmount = amount !== undefined && columns.includes(amount);
  if (amount !== undefined && !hasAmount) {
    terminal.note(`The data file has no column "${amount}", so no business value is expected.`);
  }
  return {
    record: { label, labelTime, amount: hasAmount ? amount : undefined },
    segments: segments.filter((key) => columns.includes(key)),
  };
}

function chooseChunking({ rowsPerChunk, chunk }: BaselineOptions): Chunking {
  if (rowsPerChunk !== undefined) return { kind: 'rows', rowsPerChunk };
  return chunk === undefined ? { kind: 'equal', chunks: DEFAULT_CHUNKS } : { kind: 'duration', durationMs: chunk };
}

/** A column that the model file does not know may be a field that was forgotten. */
function noteUnwatched(
  columns: readonly string[],
  modelFile: ModelFile,
  answer: VersionAnswer,
  terminal: Terminal,
): void {
  const { id, time, label, ignore, segments, business } = modelFile;
  const known = new Set([
    ...answer.fields.map(({ name }) => name),
    id,
    time,
    label,
    business?.amount,
    ...ignore,
    ...segments,
  ]);
  const unwatched = columns.filter((name) => !known.has(name));
  if (unwatched.length > 0) {
    terminal.note(
      `Not watched, for the model file does not name them (list them under ignore to silence this): ${unwatched.join(', ')}`,
    );
  }
}

const gzipAsync = promisify(gzip);

async function send(client: CollectorClient, reference: Reference): Promise<Sealed> {
  const content = await gzipAsync(JSON.stringify(reference));
  return client.request<Sealed>('POST', pathOf('models', reference.model, 'baseline'), {
    query: { version: reference.version },
    bytes: { content, type: 'application/json', encoding: 'gzip' },
  });
}

function summaryOf({ chunkRows, start, end, fields, warnings }: Reference) {
  const methods = fields.map(({ name, response }) => [name, response?.method ?? 'none'] as const);
  return { chunks: chunkRows.length, ...(start && { start, end }), impact: Object.fromEntries(methods), warnings };
}

function describe(sealed: Sealed, { model, version, rows, chunkRows, fields, warnings }: Reference): string {
  const asked = fields.filter(({ response }) => response?.method === 'response').length;
  return [
    `Sealed the baseline of ${model} ${version}: ${rows} ${sealed.kind} rows in ${chunkRows.length} chunks, ${fields.length} fields,`,
    `impact measured on the model for ${asked} of them, ${warnings.length} warnings. Seal ${sealed.hash.slice(0, 12)}`,
  ].join('\n');
}
