import type { AskedColumns, LabeledGroup, ModelScope } from './store.ts';

/** A row of `queries/labeled.sql`, in its order. */
export type LabeledRow = [
  windowStart: number,
  version: string,
  sha256: string,
  servingRole: string,
  segment: string,
  id: string,
  timeMs: number,
  score: number | null,
  label: string,
  weight: number,
  isAbsent: number,
  labelDelayMs: number | null,
  corrections: number,
  outputs: readonly (string | null)[],
  inputs: readonly (string | null)[],
];

/** Groups of rows that come in the order of their groups. */
export function toLabeledGroups(
  rows: readonly LabeledRow[],
  asked: ModelScope & Required<AskedColumns>,
): LabeledGroup[] {
  const groups: LabeledGroup[] = [];
  for (let start = 0; start < rows.length;) {
    const first = rows[start] as LabeledRow;
    let end = start + 1;
    while (end < rows.length && isSameGroup(first, rows[end] as LabeledRow)) end++;
    groups.push(toGroup(rows.slice(start, end), first, asked));
    start = end;
  }
  return groups;
}

function isSameGroup(a: LabeledRow, b: LabeledRow): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3] && a[4] === b[4];
}

function toGroup(
  rows: readonly LabeledRow[],
  first: LabeledRow,
  { model, environment, outputs, inputs }: ModelScope & Required<AskedColumns>,
): LabeledGroup {
  return {
    model,
    environment,
    windowStart: new Date(first[0]),
    version: first[1],
    sha256: first[2],
    servingRole: first[3],
    segment: first[4],
    ids: rows.map((row) => row[5]),
    timesMs: rows.map((row) => row[6]),
    scores: rows.map((row) => row[7] ?? NaN),
    labels: rows.map((row) => row[8]),
    weights: rows.map((row) => row[9]),
    isAbsent: rows.map((row) => row[10] === 1),
    labelDelaysMs: rows.map((row) => row[11]),
    corrections: rows.map((row) => row[12]),
    outputs: Object.fromEntries(outputs.map((name, at) => [name, rows.map((row) => row[13][at] ?? null)])),
    inputs: Object.fromEntries(inputs.map((name, at) => [name, rows.map((row) => row[14][at] ?? null)])),
  };
}
