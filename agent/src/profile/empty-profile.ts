import { NO_BUCKETS } from './exponential-histogram.ts';
import type { CategoriesLayout, Layout, NumericLayout } from './layout.ts';
import type { CategoricalProfile, EdgesHistogram, ExponentialHistogram, NumericProfile, Profile } from './profile.ts';

/** The profile of no rows: the neutral element of `mergeProfiles`. */
export function emptyProfile(layout: NumericLayout): NumericProfile;
export function emptyProfile(layout: CategoriesLayout): CategoricalProfile;
export function emptyProfile(layout: Layout): Profile;
export function emptyProfile(layout: Layout): Profile {
  const none = { rows: 0, missing: 0, invalid: 0 };
  if (layout.kind === 'categories') return { kind: 'categorical', ...none, counts: new Map() };
  const moments = { count: 0, sum: 0, min: Infinity, max: -Infinity };
  return { kind: 'numeric', ...none, moments, histogram: emptyHistogram(layout) };
}

function emptyHistogram(layout: NumericLayout): EdgesHistogram | ExponentialHistogram {
  if (layout.kind === 'edges') return { layout, counts: new Float64Array(layout.bounds.length + 1) };
  return { layout, scale: layout.maxScale, zeroCount: 0, positive: NO_BUCKETS, negative: NO_BUCKETS };
}
