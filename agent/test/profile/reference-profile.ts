import { expect } from 'vitest';
import {
  type EdgesLayout,
  type ElementType,
  nextDown,
  type NumericProfile,
  type Profile,
  profilesEqual,
} from '../../src/profile/index.ts';

/** The obviously correct profile of values over edges: one definition after the other, no table, no state. */
export function referenceProfile(
  values: readonly number[],
  layout: EdgesLayout,
  missingValues: readonly number[] = [],
): NumericProfile {
  const isMissing = (v: number): boolean => Number.isNaN(v) || missingValues.some((m) => m === v);
  const missing = values.filter(isMissing).length;
  const invalid = values.filter((v) => !isMissing(v) && Math.abs(v) === Infinity).length;
  const usable = values.filter((v) => !isMissing(v) && Number.isFinite(v)).map((v) => (v === 0 ? 0 : v));
  const edges = [-Infinity, ...layout.bounds, Infinity];
  const counts = edges.slice(1).map((high, i) => usable.filter((v) => edges[i]! < v && v <= high).length);
  return {
    kind: 'numeric',
    rows: values.length,
    missing,
    invalid,
    moments: {
      count: usable.length,
      sum: usable.reduce((a, b) => a + b, 0),
      min: Math.min(...usable),
      max: Math.max(...usable),
    },
    histogram: { layout, counts: Float64Array.from(counts) },
  };
}

/** How far sums of the same finite values in different order may be apart. */
export function sumTolerance(values: readonly number[]): number {
  const magnitudes = values.filter(Number.isFinite).reduce((sum, v) => sum + Math.abs(v), 0);
  return 1e-12 * magnitudes;
}

/** Rounding by the engine itself: storing into a typed array. */
export function storedAs(type: ElementType, value: number): number {
  const arrays = { float16: Float16Array, float32: Float32Array, float64: Float64Array } as const;
  if (type === 'float16' || type === 'float32' || type === 'float64') return new arrays[type]([value])[0]!;
  throw new Error(`${type} wraps when stored`);
}

/** The next greater number of a float type. */
export function nextUp(value: number, type: ElementType = 'float64'): number {
  return -nextDown(-value, type);
}

/** Fails unless both profiles count the same; sums may differ by the tolerance. */
export function expectSame(a: Profile, b: Profile, tolerance = 0): void {
  // A sum that overflows depends on the order; then all but the sum is compared.
  const overflows = [a, b].some((p) => p.kind === 'numeric' && !Number.isFinite(p.moments.sum));
  if (!profilesEqual(withoutSum(a, overflows), withoutSum(b, overflows), tolerance)) expect(a).toEqual(b);
}

function withoutSum(profile: Profile, drop: boolean): Profile {
  return profile.kind === 'numeric' && drop ? { ...profile, moments: { ...profile.moments, sum: 0 } } : profile;
}
