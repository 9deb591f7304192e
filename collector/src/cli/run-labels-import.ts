import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { JudgeAnswer } from '../api/drift.ts';
import { labelSchema, type LabelLine } from '../api/label.ts';
import { modelNameSchema } from '../api/names.ts';
import type { Accepted } from '../api/prediction.ts';
import { LineGroups, type LineBody } from '../baseline/line-groups.ts';
import { columnOf, type Cell, type DataBatch } from '../data-files/data-batch.ts';
import { dataError } from '../data-files/data-error.ts';
import { openDataFile } from '../data-files/open-data-file.ts';
import { readTimeMs, TIMES_ALLOWED } from '../data-files/read-time.ts';
import { checkInput, explainUnknownName } from '../errors/check-input.ts';
import { connect, type ClientOptions } from './client-options.ts';
import type { CollectorClient } from './collector-client.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Options of `prumo labels import`. */
export interface LabelsImportOptions extends ClientOptions {
  readonly model?: string;
  readonly id?: string;
  readonly label?: string;
  readonly time?: string;
  readonly wait: boolean;
}

/** Columns of the file that labels are read from. */
interface LabelColumns {
  readonly id: string;
  readonly label: string;
  readonly time: string | undefined;
  readonly model: string | undefined;
}

const gzipAsync = promisify(gzip);

/** Sends the labels of a file, and waits until the windows that they touch are judged. */
export async function runLabelsImport(path: string, options: LabelsImportOptions, terminal: Terminal): Promise<void> {
  const client = await connect(options);
  if (options.model !== undefined) {
    checkInput(modelNameSchema, options.model, { code: 'PRUMO_USAGE', what: '--model' });
  }
  const lines = new LineGroups();
  const progress = startProgress(terminal, 'labels sent');
  let sent = 0;
  let empty = 0;
  const send = async (bodies: Iterable<LineBody>): Promise<void> => {
    for (const body of bodies) {
      await sendLabels(client, body);
      sent += body.rows;
      progress.update(sent);
    }
  };
  let columns: LabelColumns | undefined;
  for await (const batch of openDataFile(path)) {
    columns ??= chooseColumns(path, batch, options);
    for (let row = 0; row < batch.rowCount; row++) {
      const line = readLabel(path, batch, row, columns, options.model);
      if (line === undefined) empty++;
      else await send(lines.add(0, JSON.stringify(line)));
    }
  }
  await send(lines.endAll());
  progress.end();
  const judged =
    options.wait && sent > 0 ? await client.request<JudgeAnswer>('POST', '/v1/judge', { json: {} }) : undefined;
  if (options.json === true) terminal.printJson({ labels: sent, empty, ...(judged && { judged }) });
  else terminal.print(describe(sent, empty, judged));
}

function describe(sent: number, empty: number, judged: JudgeAnswer | undefined): string {
  const without = empty === 0 ? '' : ` ${empty} rows have no label yet.`;
  const then = judged === undefined ? '' : ` Judged: ${judged.performanceWindows} windows of performance.`;
  return `Sent ${sent} labels.${without}${then}`;
}

function chooseColumns(path: string, { columns }: DataBatch, options: LabelsImportOptions): LabelColumns {
  const need = (given: string | undefined, usual: readonly string[], option: string): string => {
    const found = given === undefined ? usual.find((name) => columns.includes(name)) : given;
    if (found !== undefined && columns.includes(found)) return found;
    const what = found ?? usual[0] ?? '';
    const explained = explainUnknownName('column', what, columns).replace('unknown column', 'there is no column');
    throw dataError(path, '', `${explained}; name it with ${option}`);
  };
  const maybe = (name: string): string | undefined => (columns.includes(name) ? name : undefined);
  return {
    id: need(options.id, ['prediction_id', 'id'], '--id'),
    label: need(options.label, ['label'], '--label'),
    time: options.time === undefined ? maybe('time') : need(options.time, [], '--time'),
    model: options.model === undefined ? maybe('model') : undefined,
  };
}

/** The label of a row; undefined where its cell is empty: it has not come yet. */
function readLabel(
  path: string,
  batch: DataBatch,
  row: number,
  columns: LabelColumns,
  model: string | undefined,
): LabelLine | undefined {
  const cellOf = (name: string | undefined): Cell => (name && columnOf(batch, name)?.[row]) ?? null;
  const label = textOf(cellOf(columns.label));
  if (label === null) return undefined;
  const time = cellOf(columns.time);
  const named = model ?? textOf(cellOf(columns.model));
  const line = {
    prediction_id: textOf(cellOf(columns.id)) ?? '',
    label,
    ...(named === null ? {} : { model: named }),
    ...(time === null ? {} : { time: readTime(path, batch.placeOf(row), columns.time ?? '', time) }),
  };
  const checked = labelSchema.safeParse(line);
  if (checked.success) return line;
  const issue = checked.error.issues[0];
  throw dataError(path, batch.placeOf(row), `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not allowed'}`);
}

function readTime(path: string, place: string, column: string, cell: Cell): string {
  const timeMs = readTimeMs(cell);
  if (Number.isFinite(timeMs)) return new Date(Math.floor(timeMs)).toISOString();
  throw dataError(path, place, `time column "${column}" holds "${String(cell).slice(0, 60)}"; ${TIMES_ALLOWED}`);
}

function textOf(cell: Cell): string | null {
  if (cell === null || cell === '') return null;
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

async function sendLabels(client: CollectorClient, { text }: LineBody): Promise<void> {
  const bytes = { content: await gzipAsync(text), type: 'application/x-ndjson', encoding: 'gzip' };
  await client.request<Accepted>('POST', '/v1/labels', { bytes });
}
