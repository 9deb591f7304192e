/**
 * Why something was not profiled or not sent: the `reason` of `ml.agent.dropped`.
 *
 * Counted in points: `queue_full`, `queue_age`, `rejected` (an answer 4xx), `refused` (partial success), `shutdown`.
 * In rows: `segment_limit` (counted under `__other__`), `segment_undeclared`, `segment_invalid`. In tensors:
 * `unreadable_tensor`, `unsupported_tensor`, `row_mismatch`. In fields: `field_limit`, `name_conflict`,
 * `field_name_invalid` (its values are sent in no row).
 *
 * In prediction rows: `predictions_queue_full`, `predictions_queue_age`, `predictions_rejected` (an answer 3xx or 4xx),
 * `predictions_shutdown`, `predictions_unidentified` (neither version nor hash is known), `predictions_unencodable`,
 * `predictions_unnamed` (sent without values: it is not known yet which of them are to be left out or hashed),
 * `id_mismatch` (not one id per row), `id_invalid` (no text, too long, or half a character). In values of such rows:
 * `text_invalid` (too long, or half a character; sent as null).
 * In occurrences: the rest.
 */
export type DropReason =
  | 'queue_full'
  | 'queue_age'
  | 'rejected'
  | 'refused'
  | 'shutdown'
  | 'segment_limit'
  | 'segment_undeclared'
  | 'segment_invalid'
  | 'unreadable_tensor'
  | 'unsupported_tensor'
  | 'row_mismatch'
  | 'field_limit'
  | 'name_conflict'
  | 'field_name_invalid'
  | 'predictions_queue_full'
  | 'predictions_queue_age'
  | 'predictions_rejected'
  | 'predictions_shutdown'
  | 'predictions_unidentified'
  | 'predictions_unencodable'
  | 'predictions_unnamed'
  | 'id_mismatch'
  | 'id_invalid'
  | 'text_invalid'
  | 'long_category'
  | 'observer_error'
  | 'flush_error'
  | 'layouts_malformed'
  | 'hash_failed'
  | 'watch_refused';

/** Counts drops by reason: all of them, and those since the last `take`. */
export class DropCounter {
  readonly #total = new Map<DropReason, number>();
  #fresh = new Map<DropReason, number>();
  readonly #parent: DropCounter | undefined;

  /** What is counted here is also in the totals of the parent. */
  constructor(parent?: DropCounter) {
    this.#parent = parent;
  }

  add(reason: DropReason, count = 1): void {
    if (count <= 0) return;
    this.#fresh.set(reason, (this.#fresh.get(reason) ?? 0) + count);
    this.addTotal(reason, count);
    this.#parent?.addTotal(reason, count);
  }

  /** Counts in the totals alone. */
  addTotal(reason: DropReason, count: number): void {
    this.#total.set(reason, (this.#total.get(reason) ?? 0) + count);
  }

  /** Counts since the last call. */
  take(): ReadonlyMap<DropReason, number> {
    const fresh = this.#fresh;
    this.#fresh = new Map();
    return fresh;
  }

  totals(): Partial<Record<DropReason, number>> {
    return Object.fromEntries(this.#total);
  }
}
