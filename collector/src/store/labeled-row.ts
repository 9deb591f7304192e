import type { AskedColumns, LabeledGroup, ModelScope } from './store.ts';

/** A group as `queries/labeled.sql` gives it: columns as arrays; null is no value. */
export interface LabeledRow {
  readonly window_start: number;
  readonly version: string;
  readonly sha256: string;
  readonly serving_role: string;
  readonly segment_name: string;
  readonly id: readonly string[];
  readonly time_ms: readonly number[];
  readonly score: readonly (number | null)[];
  readonly label: readonly string[];
  readonly weight: readonly number[];
  readonly is_absent: readonly number[];
  readonly label_delay: readonly (number | null)[];
  readonly corrections: readonly number[];
  readonly output_texts: readonly (readonly (string | null)[])[];
  readonly input_texts: readonly (readonly (string | null)[])[];
}

/** A group of labeled rows as the port has it. */
export function toLabeledGroup(
  row: LabeledRow,
  { model, environment, outputs, inputs }: ModelScope & Required<Pick<AskedColumns, 'outputs' | 'inputs'>>,
): LabeledGroup {
  return {
    model,
    environment,
    windowStart: new Date(row.window_start),
    version: row.version,
    sha256: row.sha256,
    servingRole: row.serving_role,
    segment: row.segment_name,
    ids: row.id,
    timesMs: row.time_ms,
    scores: row.score.map((score) => score ?? NaN),
    labels: row.label,
    weights: row.weight,
    isAbsent: row.is_absent.map((flag) => flag === 1),
    labelDelaysMs: row.label_delay,
    corrections: row.corrections,
    outputs: textsOf(outputs, row.output_texts),
    inputs: textsOf(inputs, row.input_texts),
  };
}

function textsOf(names: readonly string[], rows: LabeledRow['output_texts']): LabeledGroup['outputs'] {
  return Object.fromEntries(names.map((name, at) => [name, rows.map((row) => row[at] ?? null)]));
}
