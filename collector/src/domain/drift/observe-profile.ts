import type { EncodedProfile } from '@prumo/agent/profile';
import { layoutCounts } from './cells.ts';
import type { ObservedField } from './observation.ts';
import type { ReferenceField } from './reference.ts';

/** A profile in the layout of a field as if it were a window: a chunk of the reference, or rows profiled at once. Every row was profiled. */
export function observeProfile(field: ReferenceField, profile: EncodedProfile): ObservedField {
  const known = new Set(field.layout.kind === 'categories' ? field.layout.categories : []);
  const categories = profile.kind === 'categorical' ? profile.counts : [];
  return {
    name: field.name,
    role: field.role,
    ...(field.predictionLabel === undefined ? {} : { predictionLabel: field.predictionLabel }),
    rows: profile.rows,
    profiled: profile.rows,
    missing: profile.missing,
    invalid: profile.invalid,
    counts: Float64Array.from(layoutCounts(field, profile).counts),
    unseen: new Map(categories.filter(([category]) => !known.has(category))),
    sum: profile.kind === 'numeric' ? Number(profile.moments.sum) : NaN,
    nEff: profile.rows,
    unmapped: 0,
  };
}
