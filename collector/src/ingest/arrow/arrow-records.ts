import { explainUnknownName } from '../../errors/check-input.ts';
import { PrumoError } from '../../errors/prumo-error.ts';
import type { SentRecord } from '../sent-record.ts';
import { openArrow } from './arrow-batches.ts';
import type { ArrowSchema } from './arrow-schema.ts';

/** Format of the columns that is read, as `prumo.format` in the metadata of the schema says. */
const FORMAT = 1;

/** Columns that a body may have. */
export interface ArrowColumns {
  readonly names: readonly string[];
  /** Columns `output.p` of a prefix `output` are gathered into an object at the key that is given. */
  readonly prefixes?: Readonly<Record<string, string>>;
}

/** Where the value of a column goes in a row's object. */
interface Target {
  readonly key: string;
  /** Key in the object at `key`. */
  readonly inner: string | undefined;
}

/**
 * The rows of a body in Arrow's IPC format as objects, like those of NDJSON: a null leaves its key out, a timestamp is ISO text.
 *
 * @throws PrumoError `PRUMO_ARROW_MALFORMED`; `PRUMO_FORMAT_NEWER`; `PRUMO_INPUT_INVALID` for an unknown or a repeated column.
 */
export function* readArrowRecords(body: Uint8Array, columns: ArrowColumns): Generator<SentRecord> {
  const { schema, batches } = openArrow(body);
  checkFormat(schema);
  const targets = targetsOf(schema, columns);
  let before = 0;
  for (const batch of batches) {
    for (let row = 0; row < batch.rows; row++) {
      const value: Record<string, unknown> = {};
      for (const [i, { key, inner }] of targets.entries()) {
        const cell = batch.columns[i]!(row);
        if (cell === undefined) continue;
        if (inner === undefined) value[key] = cell;
        else ((value[key] ??= Object.create(null)) as Record<string, unknown>)[inner] = cell;
      }
      yield { place: `row ${before + row + 1}`, value };
    }
    before += batch.rows;
  }
}

function checkFormat({ metadata }: ArrowSchema): void {
  const format = metadata.get('prumo.format') ?? String(FORMAT);
  if (format === String(FORMAT)) return;
  if (/^[1-9]\d{0,8}$/.test(format)) {
    throw new PrumoError('PRUMO_FORMAT_NEWER', `prumo.format ${format} is not known; known is ${FORMAT}`);
  }
  throw invalid(`prumo.format ${JSON.stringify(format.slice(0, 40))} is no format number`);
}

function targetsOf({ fields }: ArrowSchema, { names, prefixes = {} }: ArrowColumns): Target[] {
  const seen = new Set<string>();
  return fields.map(({ name }) => {
    if (seen.has(name)) throw invalid(`two columns are named "${name.slice(0, 100)}"`);
    seen.add(name);
    if (names.includes(name)) return { key: name, inner: undefined };
    const dot = name.indexOf('.');
    const prefix = name.slice(0, Math.max(0, dot));
    if (Object.hasOwn(prefixes, prefix)) return { key: prefixes[prefix]!, inner: name.slice(dot + 1) };
    const known = [...names, ...Object.keys(prefixes).map((each) => `${each}.`)];
    throw invalid(explainUnknownName('column', name.slice(0, 100), known));
  });
}

function invalid(message: string): PrumoError {
  return new PrumoError('PRUMO_INPUT_INVALID', message);
}
