import { isExponential } from './merge-profiles.ts';
import type { EdgesHistogram, ExponentialBuckets, ExponentialHistogram, Profile } from './profile.ts';

/** Number of the encoded format of profiles. */
export const PROFILE_FORMAT = 1;

/** A number in JSON: text where JSON has no number for it. */
export type EncodedNumber = number | 'Infinity' | '-Infinity' | 'NaN';

/** Buckets of one sign. */
export interface EncodedBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** Counts of a numeric field per bin. */
export type EncodedHistogram =
  | { readonly kind: 'edges'; readonly bounds: readonly number[]; readonly counts: readonly number[] }
  | {
      readonly kind: 'exponential';
      readonly maxBuckets: number;
      readonly maxScale: number;
      readonly scale: number;
      readonly zeroCount: number;
      readonly positive: EncodedBuckets;
      readonly negative: EncodedBuckets;
    };

interface EncodedRows {
  readonly format: typeof PROFILE_FORMAT;
  readonly rows: number;
  readonly missing: number;
  readonly invalid: number;
}

/** A profile as plain JSON. Categories are sorted by UTF-16 code units, so equal profiles have equal texts. */
export type EncodedProfile =
  | (EncodedRows & {
      readonly kind: 'numeric';
      readonly moments: {
        readonly count: number;
        readonly sum: EncodedNumber;
        readonly min: EncodedNumber;
        readonly max: EncodedNumber;
      };
      readonly histogram: EncodedHistogram;
    })
  | (EncodedRows & { readonly kind: 'categorical'; readonly counts: readonly (readonly [string, number])[] });

/** The profile as plain JSON that `decodeProfile` reads back. */
export function encodeProfile(profile: Profile): EncodedProfile {
  const rows = {
    format: PROFILE_FORMAT,
    rows: profile.rows,
    missing: profile.missing,
    invalid: profile.invalid,
  } as const;
  if (profile.kind === 'categorical') {
    const counts = [...profile.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return { ...rows, kind: 'categorical', counts };
  }
  const { count, sum, min, max } = profile.moments;
  const moments = { count, sum: encodeNumber(sum), min: encodeNumber(min), max: encodeNumber(max) };
  return { ...rows, kind: 'numeric', moments, histogram: encodeHistogram(profile.histogram) };
}

function encodeHistogram(histogram: EdgesHistogram | ExponentialHistogram): EncodedHistogram {
  if (!isExponential(histogram)) {
    return { kind: 'edges', bounds: [...histogram.layout.bounds], counts: [...histogram.counts] };
  }
  return {
    kind: 'exponential',
    maxBuckets: histogram.layout.maxBuckets,
    maxScale: histogram.layout.maxScale,
    scale: histogram.scale,
    zeroCount: histogram.zeroCount,
    positive: encodeBuckets(histogram.positive),
    negative: encodeBuckets(histogram.negative),
  };
}

function encodeBuckets({ offset, counts }: ExponentialBuckets): EncodedBuckets {
  return { offset, counts: [...counts] };
}

function encodeNumber(value: number): EncodedNumber {
  return Number.isFinite(value) ? value : (String(value) as EncodedNumber);
}
