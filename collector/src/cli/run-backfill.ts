import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LayoutsAnswer } from '../api/layouts.ts';
import { MAX_OPEN_PROFILES, profileDays } from '../baseline/backfill.ts';
import { HOUR_MS, type Windowing } from '../baseline/backfill-windows.ts';
import { createOnnxScorer, type OnnxScorer } from '../baseline/onnx-scorer.ts';
import { peekColumns } from '../baseline/load-reference-rows.ts';
import { openRows, type RowBatch, type RowSource } from '../baseline/open-rows.ts';
import { encodeMetrics, type ExportSource } from '../baseline/otlp-json-export.ts';
import { createPredictedClasses, type PredictedClasses } from '../baseline/predicted-classes.ts';
import { RowLines, type RowBody } from '../baseline/row-lines.ts';
import { surveyRows, type RowSurvey } from '../baseline/survey-rows.ts';
import { predictionOutputsOf } from '../domain/performance/prediction-outputs.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { Accepted } from '../api/prediction.ts';
import { awaitVerdicts } from './await-verdicts.ts';
import { backfillInstance } from './backfill-instance.ts';
import { chooseRecord, type RecordOptions } from './choose-record.ts';
import { connect, type ClientOptions } from './client-options.ts';
import { pathOf, type CollectorClient } from './collector-client.ts';
import { startProgress } from './progress.ts';
import { createRequestQueue } from './request-queue.ts';
import { fetchVersion, findOnnx, type RegisteredVersion } from './registered-version.ts';
import type { Terminal } from './terminal.ts';

/** Options of `prumo backfill`. */
export interface BackfillOptions extends ClientOptions, RecordOptions {
  readonly model: string;
  readonly version: string;
  readonly time?: string;
  readonly start?: string;
  readonly window?: number;
  readonly rowsPerWindow?: number;
  readonly onnx?: string;
  readonly environment: string;
  readonly as?: string;
  readonly wait?: boolean;
}

/** Profiles a data file and sends the profiles, day by day, and beside them what is asked for of single rows. */
export async function runBackfill(path: string, options: BackfillOptions, terminal: Terminal): Promise<void> {
  const client = await connect(options);
  const { model, version } = options;
  const registered = await fetchVersion(client, model, version);
  const layouts = await client.request<LayoutsAnswer>('GET', pathOf('models', model, 'layouts'), {
    query: { version },
  });
  const windowing = chooseWindowing(options, registered);
  const data = { path, columns: await peekColumns(path) };
  const { record, ...wanted } = chooseRecord(options, registered.modelFile, data, terminal);
  const scorer = await openScorer(client, registered, options.onnx);
  const source: RowSource = {
    path,
    fields: layouts.fields,
    scorer,
    timeColumn: windowing.kind === 'time' ? (options.time ?? registered.modelFile.time) : undefined,
    segments: layouts.segments,
    record,
  };
  if (layouts.fields.every((field) => field.layout === undefined)) {
    terminal.note(
      'The version has no baseline: values are counted in exponential buckets, and nothing can be judged yet.',
    );
  }
  terminal.progress('checking the rows');
  const classes = createPredictedClasses(predictionOutputsOf(registered.modelFile.task, registered.modelFile.outputs));
  const profilesOfGroup = countProfiles(layouts.fields, classes);
  const survey = await surveyRows(source, windowing, Math.floor(MAX_OPEN_PROFILES / profilesOfGroup));
  const origin = {
    model,
    version,
    sha256: registered.answer.onnxSha256,
    instance: backfillInstance({
      model,
      version,
      environment: options.environment,
      name: options.as ?? basename(path),
    }),
    environment: options.environment,
  };
  const { outputs } = registered.modelFile;
  const lines = new RowLines({ origin, outputs, segments: layouts.segments, windowing, survey, ...wanted });
  const sending = { client, source, fields: layouts.fields, windowing, survey, origin, lines, classes };
  const sent = await sendDays(sending, terminal);
  await scorer?.close();
  const period = { from: new Date(survey.startMs).toISOString(), to: new Date(survey.endMs).toISOString() };
  const hasBaseline = layouts.fields.some((field) => field.layout !== undefined);
  const judged =
    options.wait === true && hasBaseline && survey.rows > 0
      ? await awaitVerdicts(client, { model, version, environment: options.environment, ...period })
      : undefined;
  if (lines.withoutId > 0) {
    terminal.note(
      `Rows without "${record?.id}": ${lines.withoutId}. They are in the profiles, not among predictions and labels.`,
    );
  }
  const summary = { model, version, rows: survey.rows, ...period, ...sent, ...(judged && { judged }) };
  if (options.json === true) terminal.printJson(summary);
  else {
    terminal.print(
      `Sent the profiles of ${survey.rows} rows from ${period.from} to ${period.to} (${sent.windows} windows, ${sent.points} points).`,
    );
    if (record !== undefined) terminal.print(`Sent ${sent.predictions} predictions and ${sent.labels} labels.`);
    if (judged !== undefined) terminal.print(`Judged: ${judged.windows} windows.  Next: prumo drift --model ${model}`);
  }
}

/** Windows by time where there are times and nothing else is asked for, else by runs of rows. */
function chooseWindowing(options: BackfillOptions, { modelFile }: RegisteredVersion): Windowing {
  const { time, start, window: windowMs, rowsPerWindow } = options;
  const byRuns = [start, windowMs, rowsPerWindow].filter((value) => value !== undefined).length;
  if (byRuns === 0 && (time ?? modelFile.time) !== undefined) return { kind: 'time' };
  if (start === undefined || windowMs === undefined || rowsPerWindow === undefined || time !== undefined) {
    const message =
      time !== undefined && byRuns > 0
        ? '--time excludes --start, --window and --rows-per-window'
        : 'rows need a time: give --time COLUMN, or all of --start, --window and --rows-per-window';
    throw new PrumoError('PRUMO_USAGE', message);
  }
  const startMs = Date.parse(start);
  if (startMs % HOUR_MS !== 0) throw new PrumoError('PRUMO_USAGE', `--start ${start}: a full hour (UTC) is expected`);
  if (windowMs % HOUR_MS !== 0) throw new PrumoError('PRUMO_USAGE', '--window: whole hours are expected, as 1h or 1d');
  return { kind: 'runs', startMs, windowMs, rowsPerWindow };
}

/** Most profiles of one window and segment: class scores are counted by predicted class. */
function countProfiles(fields: LayoutsAnswer['fields'], classes: PredictedClasses | undefined): number {
  const scores = fields.filter(({ name }) => classes?.isScore(name) === true).length;
  return fields.length + scores * (classes?.limit ?? 0);
}

async function openScorer(
  client: CollectorClient,
  registered: RegisteredVersion,
  given: string | undefined,
): Promise<OnnxScorer | undefined> {
  const { fields } = registered.answer;
  if (fields.every((field) => field.role === 'input')) return undefined;
  const onnx = await findOnnx(client, registered, given);
  return onnx === undefined ? undefined : createOnnxScorer(onnx, fields);
}

const gzipAsync = promisify(gzip);

/** The collector gathers requests for one fsync: one at a time would wait for each. */
const REQUESTS_AT_A_TIME = 8;

interface Sending {
  readonly client: CollectorClient;
  readonly source: RowSource;
  readonly fields: LayoutsAnswer['fields'];
  readonly windowing: Windowing;
  readonly survey: RowSurvey;
  readonly origin: ExportSource;
  readonly lines: RowLines;
  readonly classes: PredictedClasses | undefined;
}

interface SentCounts {
  windows: number;
  points: number;
  predictions: number;
  labels: number;
}

async function sendDays(sending: Sending, terminal: Terminal): Promise<Readonly<SentCounts>> {
  const { client, source, fields, windowing, survey, origin, lines, classes } = sending;
  const progress = startProgress(terminal, 'days sent');
  const queue = createRequestQueue(REQUESTS_AT_A_TIME);
  const sent = { windows: 0, points: 0, predictions: 0, labels: 0 };
  const sendRows = async (bodies: Iterable<RowBody>): Promise<void> => {
    for (const { kind, text, rows } of bodies) {
      await queue.add(async () => sendLines(client, kind, await gzipAsync(text)));
      sent[kind] += rows;
    }
  };
  let days = 0;
  const batches = passOn(source, lines, sendRows);
  for await (const day of profileDays(source, fields, windowing, survey, batches, classes)) {
    for (const request of encodeMetrics(day, fields, origin)) {
      await queue.add(async () => sendMetrics(client, await gzipAsync(request.body)));
      sent.points += request.points;
    }
    sent.windows += new Set(day.map((window) => window.startMs)).size;
    progress.update(++days, survey.lastRowOfDay.size);
  }
  await queue.drain();
  progress.end();
  return sent;
}

/** The rows, whose predictions and labels are sent on the way. */
async function* passOn(
  source: RowSource,
  lines: RowLines,
  send: (bodies: Iterable<RowBody>) => Promise<void>,
): AsyncGenerator<RowBatch> {
  for await (const batch of openRows(source)) {
    await send(lines.add(batch));
    yield batch;
  }
  await send(lines.end());
}

async function sendLines(client: CollectorClient, kind: RowBody['kind'], content: Uint8Array): Promise<void> {
  const bytes = { content, type: 'application/x-ndjson', encoding: 'gzip' };
  await client.request<Accepted>('POST', pathOf(kind), { bytes });
}

interface MetricsAnswer {
  readonly partialSuccess?: { readonly rejectedDataPoints?: string | number; readonly errorMessage?: string };
}

async function sendMetrics(client: CollectorClient, content: Uint8Array): Promise<void> {
  const bytes = { content, type: 'application/json', encoding: 'gzip' };
  const { partialSuccess } = await client.request<MetricsAnswer>('POST', '/v1/metrics', { bytes });
  if (Number(partialSuccess?.rejectedDataPoints ?? 0) === 0) return;
  const message = `the collector refused ${partialSuccess?.rejectedDataPoints} points: ${partialSuccess?.errorMessage ?? ''}`;
  throw new PrumoError('PRUMO_COLLECTOR_REFUSED', message);
}
