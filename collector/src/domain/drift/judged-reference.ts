import type { EncodedProfile } from '@prumo/agent/profile';
import { profileCells } from './cells.ts';
import { estimateOverdispersion, type Overdispersion } from './overdispersion.ts';
import type { Reference, ReferenceField } from './reference.ts';

/** One field of a reference, with what is computed once and used in every window. */
export interface JudgedField {
  readonly field: ReferenceField;
  readonly overdispersion: Overdispersion;
  /** Effective rows, where they are fewer than the counted ones (sampled windows). */
  readonly m?: number;
}

/** A reference that windows can be judged against. */
export interface JudgedReference {
  /** `baseline`, `trailing:28d`, `seasonal`, `pinned:ISO/ISO`. */
  readonly name: string;
  readonly fields: readonly JudgedField[];
  readonly scoreRange?: Reference['scoreRange'];
}

/** Prepares a sealed baseline: the overdispersion of each field is estimated from its chunks. Do it once, not per window. */
export function prepareReference(reference: Reference, name = 'baseline'): JudgedReference {
  return {
    name,
    fields: reference.fields.map((field) => ({
      field,
      overdispersion: estimateOverdispersion(field.chunks.flatMap((chunk) => chunkCells(field, chunk))),
    })),
    ...(reference.scoreRange === undefined ? {} : { scoreRange: reference.scoreRange }),
  };
}

/** The chunk's decision cells; none for a chunk in another layout, which tells nothing of this one. */
function chunkCells(field: ReferenceField, chunk: EncodedProfile): Float64Array[] {
  try {
    return [profileCells(field, chunk)];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
