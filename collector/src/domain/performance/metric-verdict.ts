import type { Verdict } from '../drift/verdict.ts';
import type { Measurement } from './metric.ts';

/** A metric in one window against what is expected, with limits at the window's own number of rows. */
export interface MetricVerdict extends Measurement {
  readonly expected: number | null;
  readonly lowerLimit: number | null;
  readonly upperLimit: number | null;
  readonly verdict: Verdict;
  /** The verdict in words: value, limit, rows. */
  readonly reason: string;
  /** Distance from what is expected over the limit's distance, toward the bad side; 0 on the good side or without limits. */
  readonly strength: number;
}
