import { BOUNDARIES, boundaryBetween, TABLE_SCALE } from './exponential-boundaries.ts';
import { HIGH_WORD, mantissaOf, MIN_NORMAL_EXPONENT } from './float-bits.ts';
import { LayoutError } from './layout-error.ts';
import type { ExponentialLayout } from './layout.ts';

/** Lowest scale that can be needed: two buckets then hold every positive double. */
export const MIN_SCALE = -11;
/** Most buckets per sign that a layout may allow. */
const MAX_BUCKETS = 4096;
/** Highest scale, as in OpenTelemetry. */
export const MAX_SCALE = 20;

/** Mantissa bits that select a slot of the table. Its slots are narrower than any bucket at the table's scale. */
const SLOT_BITS = 11;
/** The high 20 mantissa bits of each boundary at the table's scale. */
const BOUNDARY_BITS = Int32Array.from(BOUNDARIES, (boundary) => Math.floor((boundary - 1) * 2 ** 20));
/** Per slot: the number of the last boundary that is not above the slot. */
const SLOT_STARTS = Uint16Array.from({ length: 2 ** SLOT_BITS }, (_, slot) => {
  const first = slot << (20 - SLOT_BITS);
  return BOUNDARY_BITS.findLastIndex((bits) => bits < first || bits === 0);
});

/** Far above the error of the logarithm below, which is about 2^-52. */
const LOGARITHM_ERROR = 2 ** -48;

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);

/**
 * Index of the bucket `(base^i, base^(i+1)]`, `base = 2^(2^-scale)`, that holds a positive finite value. Scales: -11 to 20.
 *
 * Source: OpenTelemetry metrics data model, "Exponential Histogram". Exact for every double, where the specification
 * allows rounding errors near bucket bounds, and subnormals have buckets of their own, where it allows to round them up.
 * So indexes of all scales agree: `index(v, s) >> 1 = index(v, s - 1)`.
 */
export function exponentialIndex(value: number, scale: number): number {
  scratch[0] = value;
  const high = words[HIGH_WORD] as number;
  const exponent = (high >>> 20) - 1023;
  if (exponent === -1023) return indexOfSubnormal(value, scale);
  const mantissaBits = high & 0xfffff;
  const isPowerOfTwo = mantissaBits === 0 && words[1 - HIGH_WORD] === 0;
  if (scale <= 0) return (isPowerOfTwo ? exponent - 1 : exponent) >> -scale;
  if (isPowerOfTwo) return (exponent << scale) - 1;
  let position = SLOT_STARTS[mantissaBits >>> (20 - SLOT_BITS)] as number;
  const next = BOUNDARY_BITS[position + 1] as number;
  // Equal bits say nothing about the lower 32.
  if (mantissaBits > next || (mantissaBits === next && mantissaOf(value) > BOUNDARIES[position + 1]!)) position++;
  const within = scale <= TABLE_SCALE ? position >> (TABLE_SCALE - scale) : refine(position, mantissaOf(value), scale);
  return (exponent << scale) + within;
}

function indexOfSubnormal(value: number, scale: number): number {
  const shifted = exponentialIndex(value * 2 ** 54, Math.max(scale, 0));
  return scale > 0 ? shifted - (54 << scale) : (shifted - 54) >> -scale;
}

/** The i with the mantissa in `(2^(i / 2^scale), 2^((i+1) / 2^scale)]`, above the table's scale, from its position there. */
function refine(position: number, mantissa: number, scale: number): number {
  const low = BOUNDARIES[position]!;
  const first = position << (scale - TABLE_SCALE);
  const excess = (mantissa - low) / low;
  // ln(1 + x) to the fourth power: with x < 0.0007 the rest is under 1e-16, and the rounding of `low` weighs more.
  const logarithm = excess * (1 - excess * (1 / 2 - excess * (1 / 3 - excess / 4)));
  const buckets = 1 << scale;
  const steps = logarithm * (Math.LOG2E * buckets);
  // The logarithm decides, but where its rounding error could: there the boundary itself does.
  const nearest = Math.floor(steps + 0.5);
  if (Math.abs(steps - nearest) > buckets * LOGARITHM_ERROR) return first + Math.floor(steps);
  return mantissa > boundaryBetween(first + nearest, scale) ? first + nearest : first + nearest - 1;
}

/**
 * Bounds of a bucket `(low, high]`: the greatest doubles not above them. So `low < v && v <= high` exactly if
 * `exponentialIndex(v, scale) === index`, for every positive double v. Beyond the range of doubles: 0 and infinity.
 */
export function exponentialBucketBounds(index: number, scale: number): { low: number; high: number } {
  return { low: lowerBound(index, scale), high: lowerBound(index + 1, scale) };
}

function lowerBound(index: number, scale: number): number {
  if (scale <= 0) return 2 ** (index * 2 ** -scale);
  const octave = index >> scale;
  const boundary = boundaryBetween(index & (2 ** scale - 1), scale);
  if (octave >= MIN_NORMAL_EXPONENT) return boundary * 2 ** octave;
  // Cut off to the spacing of subnormals.
  return Math.floor(boundary * 2 ** (octave + 1074)) * Number.MIN_VALUE;
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
