import type { StoredWindowPerformance } from './stored-performance.ts';
import type { WindowSources } from './observe-windows.ts';

/** Everything that judging needs. */
export interface JudgeSettings extends WindowSources {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long after its `stored_at` a row of predictions or labels may become visible. Default: a minute. */
  readonly joinOverlapMs?: number;
  /** Told of performance that was judged and stored. */
  readonly onPerformance?: (judged: readonly StoredWindowPerformance[]) => void;
  /** Told how many labels wait for a prediction. */
  readonly onUnmatchedLabels?: (labels: number) => void;
}
