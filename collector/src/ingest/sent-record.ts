/** One row of a request as it was sent, not checked yet. */
export interface SentRecord {
  /** Where it begins in the body, from 1. */
  readonly line: number;
  readonly value: unknown;
}
