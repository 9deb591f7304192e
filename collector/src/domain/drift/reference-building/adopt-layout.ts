import type { CategoriesLayout, EdgesLayout } from '@prumo/agent/profile';
import type { Partitions, ReferenceField } from '../reference.ts';

/** Cells of an earlier baseline. */
export interface AdoptedLayout {
  readonly layout: EdgesLayout | CategoriesLayout;
  readonly partitions?: Partitions;
}

/**
 * The cells of an earlier baseline, for a new one that must stay comparable with the profiles already stored: a re-baseline,
 * a pinned window. Its deciles are then the earlier reference's.
 */
export function adoptLayout({ layout, partitions }: ReferenceField): AdoptedLayout {
  return { layout, ...(partitions === undefined ? {} : { partitions }) };
}
