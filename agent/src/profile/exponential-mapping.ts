import { exponentOf } from './float-bits.ts';
import { LayoutError } from './layout-error.ts';
import type { ExponentialLayout } from './layout.ts';

/** Lowest scale that can be needed: two buckets then hold every positive double. */
export const MIN_SCALE = -11;
/** Most buckets per sign that a layout may allow. */
const MAX_BUCKETS = 4096;
/** Highest scale, as in OpenTelemetry. */
export const MAX_SCALE = 20;

/**
 * Index of the bucket `(base^i, base^(i+1)]`, `base = 2^(2^-scale)`, that holds a positive finite value.
 *
 * Source: OpenTelemetry metrics data model, "Exponential Histogram". Exact at powers of two, and subnormals have the
 * buckets that the formula gives them. Indexes of all scales agree: `index(v, s) >> 1 = index(v, s - 1)`.
 */
export function exponentialIndex(value: number, scale: number): number {
  const octave = octaveOf(value);
  if (scale <= 0) return octave >> -scale;
  const first = octave * 2 ** scale;
  const index = Math.floor(Math.log(value) * (Math.LOG2E * 2 ** scale));
  // The logarithm is off by a rounding error; next to a power of two that would leave the octave.
  return Math.min(Math.max(index, first), first + 2 ** scale - 1);
}

/** The k for which a positive value lies in `(2^k, 2^(k+1)]`. */
function octaveOf(value: number): number {
  const exponent = exponentOf(value);
  return value === 2 ** exponent ? exponent - 1 : exponent;
}

/** Bounds of a bucket `(low, high]`. Beyond the range of doubles: 0 and infinity. */
export function exponentialBucketBounds(index: number, scale: number): { low: number; high: number } {
  return { low: 2 ** (index * 2 ** -scale), high: 2 ** ((index + 1) * 2 ** -scale) };
}

/** By how many scales a range of indexes must shrink until it spans at most `maxBuckets` buckets. */
export function scaleReduction(low: number, high: number, maxBuckets: number): number {
  let reduction = 0;
  while ((high >> reduction) - (low >> reduction) >= maxBuckets) reduction++;
  return reduction;
}

/**
 * Refuses a bucket limit or a scale that cannot be worked with.
 *
 * @throws LayoutError `bad-bucket-limit` (2 to 4096 are allowed) or `bad-scale` (-11 to 20 are).
 */
export function validateExponential({ maxBuckets, maxScale }: ExponentialLayout): void {
  if (!Number.isInteger(maxBuckets) || maxBuckets < 2 || maxBuckets > MAX_BUCKETS) {
    throw new LayoutError('bad-bucket-limit', `maxBuckets is ${maxBuckets}; 2 to ${MAX_BUCKETS} are allowed`);
  }
  if (!Number.isInteger(maxScale) || maxScale < MIN_SCALE || maxScale > MAX_SCALE) {
    throw new LayoutError('bad-scale', `scale is ${maxScale}; ${MIN_SCALE} to ${MAX_SCALE} are allowed`);
  }
}
