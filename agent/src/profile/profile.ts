import type { EdgesLayout } from './layout.ts';

/** What both kinds of profile count, in rows. `rows = missing + invalid + (rows with a value)`. */
export interface RowCounts {
  readonly rows: number;
  /** null, undefined, NaN, or a value declared to mean "missing". */
  readonly missing: number;
  /** A value that is present but cannot be used: an infinity, text in a numeric field. */
  readonly invalid: number;
}

/** Moments and range of the values of a numeric field. `min`/`max` are +inf/-inf when `count` is 0. */
export interface Moments {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export interface EdgesHistogram {
  readonly layout: EdgesLayout;
  /** `bounds.length + 1` counts. */
  readonly counts: Float64Array;
}

/** One sign of an exponential histogram: counts of buckets `offset, offset + 1, ...`. */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: Float64Array;
}

/** Bucket i of the positive side is `(base^i, base^(i+1)]` with `base = 2^(2^-scale)`. */
export interface ExponentialHistogram {
  readonly layout: { readonly kind: 'exponential'; readonly maxBuckets: number; readonly maxScale: number };
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

/** Counts of one numeric field over some rows. */
export interface NumericProfile extends RowCounts {
  readonly kind: 'numeric';
  readonly moments: Moments;
  readonly histogram: EdgesHistogram | ExponentialHistogram;
}

/** Counts of one categorical field over some rows. Values are text: `true`, `42`, `app`. */
export interface CategoricalProfile extends RowCounts {
  readonly kind: 'categorical';
  /** Rows per category, by text. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Counts of one field over some rows: a monoid under `mergeProfiles`. */
export type Profile = NumericProfile | CategoricalProfile;
