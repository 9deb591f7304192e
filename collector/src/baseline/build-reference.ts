import type { ModelFile } from '../api/model-file.ts';
import type { FieldAnswer } from '../api/registration.ts';
import { missingNumbers, missingTexts } from '../data-files/columns.ts';
import { associationResponse } from '../domain/drift/reference-building/association-response.ts';
import { buildReferenceField } from '../domain/drift/reference-building/build-reference-field.ts';
import { warnOfRepeatedRows } from '../domain/drift/reference-building/reference-warnings.ts';
import type { BuiltPerformance } from '../domain/performance/reference-building/build-performance.ts';
import type { BaselineKind, FieldResponse, Reference, ReferenceField } from '../domain/drift/reference.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { pickRows, type FieldColumn, type FieldColumns } from './field-column.ts';
import type { ReferenceRows } from './load-reference-rows.ts';
import { measureResponses } from './measure-responses.ts';
import type { OnnxScorer } from './onnx-scorer.ts';
import { learnPerformance } from './learn-performance.ts';
import { planChunks, type Chunking } from './plan-chunks.ts';
import { decisionThresholdOf } from './decision-threshold-of.ts';
import type { DeclaredBounds } from './representative-values.ts';

/** What a baseline is made of. */
export interface BaselineSettings {
  readonly modelFile: ModelFile;
  /** Fields of the version, resolved. */
  readonly fields: readonly FieldAnswer[];
  readonly kind: BaselineKind;
  readonly chunking: Chunking;
  /** With it, impact is measured by asking the model; without, by association. */
  readonly scorer?: OnnxScorer | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The sample of reference rows is the same each time. */
const SEED = 1;

/**
 * Makes the reference of a version out of its reference rows: layouts, profiles (whole and per chunk, in the order of time), and
 * the prediction's response per decision cell. The prediction is the first output with role `score`, else `value`.
 *
 * @throws PrumoError `PRUMO_DATA_INVALID` where a column has the wrong type, `PRUMO_USAGE` for chunks of a duration without times.
 */
export async function buildReference(rows: ReferenceRows, settings: BaselineSettings): Promise<Reference> {
  const { modelFile, kind, chunking } = settings;
  if (chunking.kind === 'duration' && rows.timesMs === undefined) {
    throw new PrumoError('PRUMO_USAGE', '--chunk needs a time column; use --rows-per-chunk');
  }
  const { order, chunkRows } = planChunks(rows.rowCount, rows.timesMs, chunking);
  const columns = new Map([...rows.columns].map(([name, column]) => [name, pickRows(column, order)]));
  const thresholds = decisionThresholdOf(columns, modelFile);
  const watched = settings.fields.filter((field) => columns.has(field.name));
  const built = watched.map((field) => {
    const options = optionsOf(field, modelFile, thresholds.get(field.name));
    return buildReferenceField({ ...identityOf(field), column: columns.get(field.name)!, chunkRows, options });
  });
  const responses = await findResponses(
    watched.map((field, i) => ({ field, reference: built[i]!.field })),
    columns,
    rows.rowCount,
    settings,
  );
  const fields = built.map(({ field }) => {
    const response = responses.get(field.name);
    return response === undefined ? field : { ...field, response };
  });
  const learned: BuiltPerformance = learnPerformance(rows, { order, chunkRows, columns, fields, modelFile, kind });
  return {
    format: 1,
    model: modelFile.model,
    version: modelFile.version,
    kind,
    rows: rows.rowCount,
    chunkRows,
    ...spanOf(rows.timesMs),
    ...rangeOf(responses),
    fields,
    warnings: [
      ...built.flatMap(({ warnings }) => warnings),
      ...warnOfRepeatedRows(watched.filter(({ role }) => role === 'input').map(({ name }) => columns.get(name)!)),
      ...learned.warnings,
    ],
    ...(learned.performance === undefined ? {} : { performance: learned.performance }),
  };
}

function identityOf({ name, role, elementType, predictionLabel }: FieldAnswer) {
  return { name, role, elementType, ...(predictionLabel === undefined ? {} : { predictionLabel }) };
}

function optionsOf(field: FieldAnswer, modelFile: ModelFile, decided: number | undefined) {
  const threshold = modelFile.outputs.find(({ name }) => name === field.name)?.threshold ?? decided;
  return {
    bounds: boundsOf(field.name, modelFile),
    missing: field.type === 'numeric' ? missingNumbers(field) : missingTexts(field),
    ...(threshold === undefined ? {} : { thresholds: [threshold] }),
  };
}

function boundsOf(name: string, { inputs, outputs }: ModelFile): DeclaredBounds {
  const { min, max } = [...inputs, ...outputs].find((field) => field.name === name) ?? {};
  return { min, max };
}

interface WatchedField {
  readonly field: FieldAnswer;
  readonly reference: ReferenceField;
}

/** The model's own response where it can be asked, else association. */
async function findResponses(
  watched: readonly WatchedField[],
  columns: FieldColumns,
  rowCount: number,
  { modelFile, scorer, onProgress }: BaselineSettings,
): Promise<Map<string, FieldResponse>> {
  const name = ['score', 'value'].flatMap((role) => modelFile.outputs.filter((output) => output.role === role))[0]
    ?.name;
  const prediction = watched.find(({ field }) => field.name === name)?.field;
  const scores = name === undefined ? undefined : columns.get(name);
  if (prediction === undefined || scores?.type !== 'numeric') return new Map();
  const inputs = watched.filter(({ field }) => field.role === 'input');
  const responses =
    scorer === undefined
      ? new Map<string, FieldResponse>()
      : await measureResponses(inputs, {
          scorer,
          prediction,
          columns,
          rowCount,
          boundsOf: (field) => boundsOf(field, modelFile),
          seed: SEED,
          onProgress,
        });
  for (const { field, reference } of watched) {
    if (responses.has(field.name)) continue;
    const column: FieldColumn = columns.get(field.name)!;
    const missing = field.type === 'numeric' ? missingNumbers(field) : missingTexts(field);
    const response = associationResponse(reference, column, scores.values, missing);
    if (Object.keys(response.cells).length > 0) responses.set(field.name, response);
  }
  return responses;
}

/** First and one past the last instant. */
function spanOf(timesMs: Float64Array | undefined): { readonly start?: string; readonly end?: string } {
  if (timesMs === undefined) return {};
  const least = timesMs.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = timesMs.reduce((a, b) => Math.max(a, b), -Infinity);
  return { start: new Date(least).toISOString(), end: new Date(greatest + 1).toISOString() };
}

function rangeOf(responses: ReadonlyMap<string, FieldResponse>): Pick<Reference, 'scoreRange'> {
  let low = Infinity;
  let high = -Infinity;
  for (const { cells } of responses.values()) {
    for (const value of Object.values(cells)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? { scoreRange: { low, high } } : {};
}
