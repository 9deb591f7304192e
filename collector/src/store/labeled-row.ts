import type { AskedColumns, LabeledGroup, ModelScope } from './store.ts';

/** The columns of `queries/labeled.sql`. */
export interface LabeledColumns {
  readonly window_start: readonly number[];
  readonly version: readonly string[];
  readonly sha256: readonly string[];
  readonly serving_role: readonly string[];
  readonly segment_name: readonly string[];
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

/** Groups of rows that come in the order of their groups. */
export function toLabeledGroups(columns: LabeledColumns, asked: ModelScope & Required<AskedColumns>): LabeledGroup[] {
  const groups: LabeledGroup[] = [];
  const rows = columns.id.length;
  for (let start = 0; start < rows;) {
    let end = start + 1;
    while (end < rows && isSameGroup(columns, start, end)) end++;
    groups.push(toGroup(columns, start, end, asked));
    start = end;
  }
  return groups;
}

function isSameGroup(columns: LabeledColumns, a: number, b: number): boolean {
  return (
    columns.window_start[a] === columns.window_start[b] &&
    columns.version[a] === columns.version[b] &&
    columns.sha256[a] === columns.sha256[b] &&
    columns.serving_role[a] === columns.serving_role[b] &&
    columns.segment_name[a] === columns.segment_name[b]
  );
}

function toGroup(
  columns: LabeledColumns,
  start: number,
  end: number,
  { model, environment, outputs, inputs }: ModelScope & Required<AskedColumns>,
): LabeledGroup {
  const texts = (names: readonly string[], rows: LabeledColumns['output_texts']): LabeledGroup['outputs'] => {
    const own = rows.slice(start, end);
    return Object.fromEntries(names.map((name, at) => [name, own.map((row) => row[at] ?? null)]));
  };
  return {
    model,
    environment,
    windowStart: new Date(columns.window_start[start] ?? NaN),
    version: columns.version[start] ?? '',
    sha256: columns.sha256[start] ?? '',
    servingRole: columns.serving_role[start] ?? '',
    segment: columns.segment_name[start] ?? '',
    ids: columns.id.slice(start, end),
    timesMs: columns.time_ms.slice(start, end),
    scores: columns.score.slice(start, end).map((score) => score ?? NaN),
    labels: columns.label.slice(start, end),
    weights: columns.weight.slice(start, end),
    isAbsent: columns.is_absent.slice(start, end).map((flag) => flag === 1),
    labelDelaysMs: columns.label_delay.slice(start, end),
    corrections: columns.corrections.slice(start, end),
    outputs: texts(outputs, columns.output_texts),
    inputs: texts(inputs, columns.input_texts),
  };
}
