/** One row of a request as it was sent, not checked yet. */
export interface SentRecord {
  /** Where it is in the body, counted from 1: `line 3`, or `row 3` where there are no lines. */
  readonly place: string;
  readonly value: unknown;
}
