import { encodeProfile } from '@prumo/agent/profile';
import type { ObservedField } from '../../collector/src/domain/drift/observation.ts';
import type { ReferenceField } from '../../collector/src/domain/drift/reference.ts';

/** A reference field whose layout cells are the simulated cells, from the counts of its chunks. */
export function toReferenceField(name: string, chunks: readonly Float64Array[]): ReferenceField {
  const cells = chunks[0]!.length;
  const categories = Array.from({ length: cells }, (_, k) => `c${k}`);
  const whole = Float64Array.from(categories, (_, k) => chunks.reduce((sum, chunk) => sum + chunk[k]!, 0));
  const profileOf = (counts: Float64Array) =>
    encodeProfile({
      kind: 'categorical',
      rows: counts.reduce((sum, count) => sum + count, 0),
      missing: 0,
      invalid: 0,
      counts: new Map(categories.map((category, k) => [category, counts[k]!])),
    });
  return {
    name,
    role: 'input',
    type: 'categorical',
    elementType: 'string',
    layout: { kind: 'categories', categories },
    profile: profileOf(whole),
    chunks: chunks.map(profileOf),
  };
}

/** The window of such a field. */
export function toObservedField(name: string, counts: Float64Array): ObservedField {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return {
    name,
    role: 'input',
    rows,
    profiled: rows,
    missing: 0,
    invalid: 0,
    counts,
    unseen: new Map(),
    sum: Number.NaN,
    nEff: rows,
    unmapped: 0,
  };
}
