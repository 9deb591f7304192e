import { encodeProfile } from '@prumo/agent/profile';
import type { ObservedField } from '../../../src/domain/drift/observation.ts';
import type { ReferenceField } from '../../../src/domain/drift/reference.ts';

/** A numeric field over bounds 0, 10, ..., 100, with 10 equal chunks of these counts. */
export function numericField(name: string, perChunk: readonly number[], missing = 0): ReferenceField {
  const bounds = Array.from({ length: perChunk.length - 1 }, (_, k) => k * 10);
  const profileOf = (times: number) => {
    const counts = Float64Array.from(perChunk, (count) => count * times);
    const count = counts.reduce((sum, cell) => sum + cell, 0);
    const layout = { kind: 'edges', bounds } as const;
    const moments = { count, sum: count * 50, min: 1, max: 100 };
    const lost = missing * times;
    return encodeProfile({
      kind: 'numeric',
      rows: count + lost,
      missing: lost,
      invalid: 0,
      moments,
      histogram: { layout, counts },
    });
  };
  return {
    name,
    role: 'input',
    type: 'numeric',
    elementType: 'float64',
    layout: { kind: 'edges', bounds },
    profile: profileOf(10),
    chunks: Array.from({ length: 10 }, () => profileOf(1)),
    moments: { mean: 50, std: 29, min: 1, max: 100 },
    partitions: { deciles: bounds, distinct: false },
  };
}

/** Ten cells of 50 rows in each chunk: 5,000 rows. */
export const EVEN = [0, ...new Array<number>(10).fill(50), 0];

/** A window of a field. */
export function observe(name: string, counts: readonly number[], more: Partial<ObservedField> = {}): ObservedField {
  const missing = more.missing ?? 0;
  const rows = counts.reduce((sum, count) => sum + count, 0) + missing;
  return {
    name,
    role: 'input',
    rows,
    profiled: rows,
    missing,
    invalid: 0,
    counts: Float64Array.from(counts),
    unseen: new Map(),
    sum: (rows - missing) * 50,
    nEff: rows,
    unmapped: 0,
    ...more,
  };
}
