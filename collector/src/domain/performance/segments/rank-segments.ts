import { badSideOf, type Measurement, type MetricName } from '../metric.ts';

/** A slice and its metric, where it is known. */
export interface MeasuredSegment<S> {
  readonly segment: S;
  readonly measured: Measurement | undefined;
}

/** A slice in its place: 1 is the worst. */
export interface RankedSegment<S> {
  readonly segment: S;
  readonly rank: number;
  /** The metric drawn toward that of all rows, with its interval; undefined where it is not known. */
  readonly shrunk: { readonly value: number; readonly low: number; readonly high: number } | undefined;
}

const Z_95 = 1.959964;

/**
 * Ranks slices, the worst first, so that a bad one is neither averaged away nor invented.
 *
 * Each value is drawn toward that of all rows by its uncertainty: whole + B (value - whole), B = tau^2 / (tau^2 + se^2), with tau^2 the
 * variance between slices by the method of moments (DerSimonian and Laird 1986; empirical Bayes, Efron and Morris 1975), and standard
 * error sqrt(B) se. The rank is that of the interval's end nearer to the whole: how bad the slice is at least. Slices without a value
 * are last.
 */
export function rankSegments<S>(
  metric: MetricName,
  whole: Measurement | undefined,
  segments: readonly MeasuredSegment<S>[],
): RankedSegment<S>[] {
  const tau2 = whole === undefined ? 0 : varianceBetween(whole.value, segments);
  const shrunk = segments.map(({ segment, measured }) => ({
    segment,
    shrunk: measured === undefined || whole === undefined ? undefined : shrink(measured, whole.value, tau2),
  }));
  const badness = ({ shrunk: one }: (typeof shrunk)[number]): number =>
    one === undefined || whole === undefined ? -Infinity : atLeastBad(metric, one, whole.value);
  return shrunk.toSorted((a, b) => badness(b) - badness(a) || 0).map((one, index) => ({ ...one, rank: index + 1 }));
}

type Shrunk = NonNullable<RankedSegment<unknown>['shrunk']>;

function shrink({ value, se }: Measurement, whole: number, tau2: number): Shrunk {
  const share = se === 0 ? 1 : tau2 / (tau2 + se * se);
  const drawn = whole + share * (value - whole);
  const half = Z_95 * Math.sqrt(share) * se;
  return { value: drawn, low: drawn - half, high: drawn + half };
}

/** How far the nearer end of the interval lies from the whole, toward the bad side; negative where the interval holds the whole. */
function atLeastBad(metric: MetricName, { low, high }: Shrunk, whole: number): number {
  const side = badSideOf(metric);
  const below = whole - high;
  const above = low - whole;
  if (side === 'low') return below;
  return side === 'high' ? above : Math.max(below, above);
}

/** DerSimonian and Laird's moment estimate of the variance between slices, around the value of all rows. */
function varianceBetween<S>(whole: number, segments: readonly MeasuredSegment<S>[]): number {
  const known = segments.flatMap(({ measured }) => (measured !== undefined && measured.se > 0 ? [measured] : []));
  if (known.length < 2) return 0;
  const weights = known.map(({ se }) => 1 / (se * se));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight * weight, 0);
  const q = known.reduce((total, { value }, index) => total + (weights[index] ?? 0) * (value - whole) ** 2, 0);
  return Math.max(0, (q - (known.length - 1)) / (sum - squares / sum));
}
