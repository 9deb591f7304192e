import type { FieldLayout } from '../export/layouts-answer.ts';
import { isReadableType, type TensorLike } from './tensor.ts';
import { shapeOf } from './tensor-shape.ts';

/** Outputs of a run by name. */
export type Outputs = Readonly<Record<string, TensorLike | null | undefined>>;

/** An output of a run whose rows are columns. */
export interface OutputTensor {
  readonly data: TensorLike['data'];
  readonly type: string;
  /** Elements per row. */
  readonly width: number;
}

/** Reads an output; undefined where it is absent, of another number of rows, or not of columns. Throws where its data cannot be read. */
export function readOutput(outputs: Outputs, name: string, rows: number): OutputTensor | undefined {
  const tensor = outputs[name];
  if (tensor === null || tensor === undefined || !isReadableType(tensor.type)) return undefined;
  const { rows: ownRows, width, reading } = shapeOf(tensor.dims);
  if (ownRows !== rows || reading !== 'columns') return undefined;
  const { data, type } = tensor;
  return data.length < rows * width ? undefined : { data, type, width };
}

/** Index of the column of a declared field; undefined where the tensor has none such. */
export function columnOf({ column }: FieldLayout, { width }: OutputTensor): number | undefined {
  const index = column ?? (width === 1 ? 0 : width);
  return index < width ? index : undefined;
}
