import type { FieldPlace, Row } from './world.ts';

/** A tensor as `new ort.Tensor(type, data, dims)` takes it. */
type SimulatedTensor =
  | { readonly type: 'float32'; readonly dims: readonly [number, number]; readonly data: Float32Array }
  | { readonly type: 'int64'; readonly dims: readonly [number, number]; readonly data: BigInt64Array }
  | { readonly type: 'string'; readonly dims: readonly [number, number]; readonly data: string[] };

/** Named tensors of a batch; each has one row per batch row. */
export type SimulatedTensors = Readonly<Record<string, SimulatedTensor>>;

/** What a field of a packed row reads as; null is a missing number. */
export type Cell = number | string | null;

/** Packs rows into the tensors that the model takes. Numbers are rounded to the tensor's type. */
export function packRows(fields: readonly FieldPlace[], rows: readonly Row[]): SimulatedTensors {
  const tensors: Record<string, SimulatedTensor> = {};
  for (const [tensor, columns] of groupByTensor(fields)) tensors[tensor] = packTensor(columns, rows);
  return tensors;
}

/** A reader of rows out of packed tensors, by index: the very numbers that the model sees. */
export function createRowReader(
  fields: readonly FieldPlace[],
  tensors: SimulatedTensors,
): (index: number) => Record<string, Cell> {
  const places = [...groupByTensor(fields)].flatMap(([name, columns]) => {
    const tensor = tensors[name];
    if (tensor === undefined) throw new RangeError(`there is no tensor ${name}`);
    return columns.map((field, column) => ({ name: field.name, data: tensor.data, column, width: columns.length }));
  });
  return (index) => {
    const row: Record<string, Cell> = {};
    for (const { name, data, column, width } of places) {
      const value = data[index * width + column];
      row[name] = typeof value === 'string' ? value : toNumber(value);
    }
    return row;
  };
}

function toNumber(value: number | bigint | undefined): number | null {
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

function groupByTensor(fields: readonly FieldPlace[]): Map<string, FieldPlace[]> {
  return Map.groupBy(fields, (field) => field.tensor);
}

function packTensor(columns: readonly FieldPlace[], rows: readonly Row[]): SimulatedTensor {
  const width = columns.length;
  const dims = [rows.length, width] as const;
  const type = columns[0]?.type ?? 'float32';
  switch (type) {
    case 'float32': {
      const data = new Float32Array(rows.length * width);
      fill(columns, rows, (at, value) => (data[at] = Number(value)));
      return { type, dims, data };
    }
    case 'int64': {
      const data = new BigInt64Array(rows.length * width);
      fill(columns, rows, (at, value) => (data[at] = BigInt(value)));
      return { type, dims, data };
    }
    case 'string': {
      const data = new Array<string>(rows.length * width);
      fill(columns, rows, (at, value) => (data[at] = String(value)));
      return { type, dims, data };
    }
  }
}

function fill(
  columns: readonly FieldPlace[],
  rows: readonly Row[],
  put: (at: number, value: number | string) => void,
): void {
  let at = 0;
  for (const row of rows) for (const { name } of columns) put(at++, row[name] ?? NaN);
}
