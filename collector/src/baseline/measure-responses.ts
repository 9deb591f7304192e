import type { FieldResponse, ReferenceField } from '../domain/drift/reference.ts';
import type { FieldAnswer } from '../api/registration.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import { pickRows, repeatValue, type FieldColumns } from './field-column.ts';
import type { OnnxScorer } from './onnx-scorer.ts';
import { representativeValues, type DeclaredBounds } from './representative-values.ts';
import { sampleRows } from './sample-rows.ts';

/** Most reference rows that a response is averaged over. */
const RESPONSE_ROWS = 2000;

/** What the responses are measured with. */
export interface ResponseSettings {
  readonly scorer: OnnxScorer;
  /** The output whose mean is the response. */
  readonly prediction: FieldAnswer;
  /** Columns of the reference rows. */
  readonly columns: FieldColumns;
  readonly rowCount: number;
  readonly boundsOf: (field: string) => DeclaredBounds;
  readonly seed: number;
  /** Told after each field. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * The response of each input by cell: the mean prediction over at most 2,000 seeded reference rows, with this field set to the
 * cell's representative in every row. Cells that the model cannot run are left out, and a field without any cell too.
 */
export async function measureResponses(
  inputs: readonly { readonly field: FieldAnswer; readonly reference: ReferenceField }[],
  settings: ResponseSettings,
): Promise<Map<string, FieldResponse>> {
  const rows = sampleRows(settings.rowCount, RESPONSE_ROWS, settings.seed);
  const sample = new Map([...settings.columns].map(([name, column]) => [name, pickRows(column, rows)]));
  const responses = new Map<string, FieldResponse>();
  for (const [done, { field, reference }] of inputs.entries()) {
    const column = settings.columns.get(field.name);
    if (column === undefined) continue;
    const cells: Record<string, number> = {};
    for (const [key, value] of representativeValues(reference, field, column, settings.boundsOf(field.name))) {
      const changed = new Map(sample).set(field.name, repeatValue(value, rows.length));
      const mean = await meanPrediction(settings, changed, rows.length);
      if (mean !== undefined) cells[key] = mean;
    }
    if (Object.keys(cells).length > 0) responses.set(field.name, { method: 'response', cells });
    settings.onProgress?.(done + 1, inputs.length);
  }
  return responses;
}

async function meanPrediction(
  { scorer, prediction }: ResponseSettings,
  columns: FieldColumns,
  rowCount: number,
): Promise<number | undefined> {
  // A model may refuse a value it was never trained on: then this cell has no answer.
  const scores = await scorer.score(columns, rowCount).catch((error: unknown) => {
    if (error instanceof PrumoError && error.code === 'PRUMO_ONNX_UNSUPPORTED') return undefined;
    throw error;
  });
  const column = scores?.get(prediction.name);
  if (column?.type !== 'numeric') return undefined;
  const values = column.values.filter(Number.isFinite);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
