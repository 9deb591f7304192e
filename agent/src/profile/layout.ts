/**
 * A layout maps values to bins. Both ends agree on it, so that profiles add up exactly.
 *
 * Bins are `(a, b]`, as in OTLP explicit-bounds histograms.
 */

/**
 * A frozen, strictly increasing list of finite bounds `b0 < b1 < ... < bk`.
 *
 * It has `bounds.length + 1` cells: cell 0 is the underflow `(-inf, b0]`, cell i is `(b(i-1), b(i)]`,
 * the last cell is the overflow `(bk, +inf)`.
 */
export interface EdgesLayout {
  readonly kind: 'edges';
  readonly bounds: readonly number[];
}

/** OpenTelemetry's base-2 exponential buckets, used until a baseline exists. */
export interface ExponentialLayout {
  readonly kind: 'exponential';
  /** Most buckets per sign; the scale falls until the values fit. Default 160, as in OpenTelemetry. */
  readonly maxBuckets: number;
  /** Scale to start from. Default 20, as in OpenTelemetry. */
  readonly maxScale: number;
}

/** The known categories of a field, in a frozen order; every other value is unseen. */
export interface CategoriesLayout {
  readonly kind: 'categories';
  readonly categories: readonly string[];
}

export type NumericLayout = EdgesLayout | ExponentialLayout;
export type Layout = NumericLayout | CategoriesLayout;

/** The layout of numeric fields until a baseline gives them edges: OpenTelemetry's defaults, 160 buckets from scale 20. */
export const defaultExponentialLayout: ExponentialLayout = { kind: 'exponential', maxBuckets: 160, maxScale: 20 };
