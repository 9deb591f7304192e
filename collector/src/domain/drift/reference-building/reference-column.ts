/**
 * Values of one field, one per reference row, in time order, as the tensor would hold them (already of the element type).
 *
 * Numeric: NaN is missing, an infinity is invalid. Categorical: null is missing, a symbol stands for a value that cannot be used.
 */
export type ReferenceColumn = NumericColumn | CategoricalColumn;

export interface NumericColumn {
  readonly type: 'numeric';
  readonly values: Float64Array;
}

export interface CategoricalColumn {
  readonly type: 'categorical';
  readonly values: readonly (string | null | symbol)[];
}

/** Numbers or texts that mean "missing". */
export type MissingValues = readonly (number | string)[];

/** The values of a numeric column that can be used: finite, and not declared missing. */
export function usableValues({ values }: NumericColumn, missing: MissingValues = []): Float64Array {
  return values.filter((value) => Number.isFinite(value) && !missing.includes(value));
}
