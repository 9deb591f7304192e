import type { Attributes } from '@opentelemetry/api';
import type { MetricDescriptor } from '@opentelemetry/sdk-metrics';
import { ATTRIBUTE, type CategoricalProfile, type NumericProfile, type Profile } from '../profile/index.ts';
import { DESCRIPTOR, exponentialPoint, histogramPoint, type Point, type PointTime, sumPoint } from './point.ts';

/**
 * The points of one field's profile. Rows profiled are the sum: numeric fields histogram + missing + invalid (the
 * histogram is sent even when it is empty), categorical ones all categories + missing + invalid.
 *
 * @param layoutHash hash of the registered layout behind a numeric profile, sent as `ml.layout`.
 */
export function pointsOfProfile(
  profile: Profile,
  attributes: Attributes,
  layoutHash: string | undefined,
  time: PointTime,
): Point[] {
  const points: Point[] = [];
  if (profile.kind === 'categorical') addCategories(profile, attributes, time, points);
  else {
    const own = layoutHash === undefined ? attributes : { ...attributes, [ATTRIBUTE.layout]: layoutHash };
    points.push(pointOfNumbers(DESCRIPTOR.fieldValue, profile, own, time));
  }
  if (profile.missing > 0) points.push(sumPoint(DESCRIPTOR.fieldMissing, attributes, time, profile.missing));
  if (profile.invalid > 0) points.push(sumPoint(DESCRIPTOR.fieldInvalid, attributes, time, profile.invalid));
  return points;
}

function addCategories(profile: CategoricalProfile, attributes: Attributes, time: PointTime, points: Point[]): void {
  for (const [category, rows] of profile.counts) {
    const own = { ...attributes, [ATTRIBUTE.fieldCategory]: category };
    points.push(sumPoint(DESCRIPTOR.fieldCategory, own, time, rows));
  }
}

/** The histogram of a numeric profile: explicit bounds where its layout has edges, else exponential. */
export function pointOfNumbers(
  metric: MetricDescriptor,
  profile: NumericProfile,
  attributes: Attributes,
  time: PointTime,
): Point {
  const { histogram, moments } = profile;
  const summary = {
    count: moments.count,
    // A sum that overflowed has no place in JSON and no use.
    ...(Number.isFinite(moments.sum) ? { sum: moments.sum } : {}),
    ...(moments.count > 0 ? { min: moments.min, max: moments.max } : {}),
  };
  if ('counts' in histogram) {
    const buckets = { boundaries: histogram.layout.bounds as number[], counts: Array.from(histogram.counts) };
    return histogramPoint(metric, attributes, time, { ...summary, buckets });
  }
  const { scale, zeroCount, positive, negative } = histogram;
  return exponentialPoint(metric, attributes, time, {
    ...summary,
    scale,
    zeroCount,
    positive: { offset: positive.offset, bucketCounts: Array.from(positive.counts) },
    negative: { offset: negative.offset, bucketCounts: Array.from(negative.counts) },
  });
}
