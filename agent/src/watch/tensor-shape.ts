/** How a tensor is read as rows of fields. */
export interface TensorShape {
  readonly rows: number;
  /** Elements per row. */
  readonly width: number;
  /** `columns`: each element of a row is a field. `statistics`: fields are statistics of a row. */
  readonly reading: 'columns' | 'statistics';
}

/** Wider rows (embeddings) are profiled by their statistics, like images. */
const MAX_COLUMNS = 512;

/**
 * [] is one row of one field, [N] and [N,1] are N rows of one, [N,D] N rows of D; with more dimensions, or more than
 * 512 columns, a row is its norm, mean, standard deviation, min and max.
 */
export function shapeOf(dims: readonly number[]): TensorShape {
  const rows = dims.length === 0 ? 1 : dims[0]!;
  let width = 1;
  for (let i = 1; i < dims.length; i++) width *= dims[i]!;
  return { rows, width, reading: dims.length <= 2 && width <= MAX_COLUMNS ? 'columns' : 'statistics' };
}
