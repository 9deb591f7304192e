import type { CategoriesLayout, EdgesLayout, ElementType, EncodedProfile } from '@prumo/agent/profile';
import type { PerformanceReference } from '../performance/performance-reference.ts';

/** Where the rows of a baseline come from. */
export type BaselineKind = 'training' | 'heldout' | 'production';

export type FieldRole = 'input' | 'output';

/** Named coarser partitions of a numeric layout: each is a subset of its bounds, increasing. */
export interface Partitions {
  /** Bounds between the reference's deciles (PSI and the verdict's cells), with the range's two ends. */
  readonly deciles: readonly number[];
  /** numpy's `histogram_bin_edges(reference, 'doane')`, as `(a, b]` bounds (NannyML's Jensen-Shannon and Hellinger). */
  readonly doane?: readonly number[];
  /** Whether every distinct reference value has a cell of its own: then every statistic is exact. */
  readonly distinct: boolean;
}

/** Moments of the reference's values, from the rows themselves. */
export interface ReferenceMoments {
  readonly mean: number;
  /** Population standard deviation (ddof 0). */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The prediction's answer to each decision cell of a field, for impact.
 *
 * Keys are decision cells: `below`, `above`, `missing`, `unseen`, `0`, `1`, ... (deciles) or the category's index.
 * A cell without an answer is absent.
 */
export interface FieldResponse {
  readonly method: 'response' | 'association';
  readonly cells: Readonly<Record<string, number>>;
}

/** What the sealed baseline holds of one field. */
export interface ReferenceField {
  readonly name: string;
  readonly role: FieldRole;
  readonly type: 'numeric' | 'categorical';
  readonly elementType: ElementType;
  readonly layout: EdgesLayout | CategoriesLayout;
  readonly profile: EncodedProfile;
  /** One profile per chunk of reference rows, in time order: the reference's own spread. */
  readonly chunks: readonly EncodedProfile[];
  readonly moments?: ReferenceMoments;
  readonly partitions?: Partitions;
  readonly response?: FieldResponse;
  /** Multiclass scores: the class that this score belongs to. */
  readonly predictionLabel?: string;
}

/** The sealed reference of one model version (its JSON is what `POST .../baseline` takes and what is hashed). */
export interface Reference {
  readonly format: 1;
  readonly model: string;
  readonly version: string;
  readonly kind: BaselineKind;
  readonly rows: number;
  /** Rows of each chunk, in time order. */
  readonly chunkRows: readonly number[];
  /** First and one past the last instant of the reference rows, ISO 8601, where the data has a time column. */
  readonly start?: string;
  readonly end?: string;
  /** Smallest and largest mean prediction known, for fields whose response is unknown. */
  readonly scoreRange?: { readonly low: number; readonly high: number };
  readonly fields: readonly ReferenceField[];
  /** Rows that failed bounds, repeat or freeze, chunks far from the rest: reported before sealing. */
  readonly warnings: readonly string[];
  /** Absent where the rows had no labels, and in baselines of before. */
  readonly performance?: PerformanceReference;
}
