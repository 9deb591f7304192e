import type { PerformanceReference } from '../performance-reference.ts';

/**
 * What the baseline knows of a segment: all of it for all rows; of one pair with enough labels (1,000, and 100 of the rarer class) its own
 * expectations and estimator; of any other nothing.
 */
export function referenceOfSegment(
  reference: PerformanceReference | undefined,
  segment: Readonly<Record<string, string>> | undefined,
): PerformanceReference | undefined {
  const pairs = Object.entries(segment ?? {});
  if (reference === undefined || pairs.length === 0) return reference;
  const [key, value] = pairs[0]!;
  const own = pairs.length > 1 ? undefined : reference.segments.find((one) => one.key === key && one.value === value);
  if (own === undefined) return undefined;
  const { task, labels, delaysMs } = reference;
  const { rows, expected, estimator } = own;
  return { task, rows, labels, expected, estimator, segments: [], ...(delaysMs === undefined ? {} : { delaysMs }) };
}
