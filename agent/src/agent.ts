import type { InferenceSession } from 'onnxruntime-node';
import type { DropReason } from './export/drop-counter.ts';
import type { WatchOptions } from './watch/watch-options.ts';
import type { WatchedSession } from './watch/watched-session.ts';

/** Counts of the agent since it was made. */
export interface AgentStats {
  readonly enabled: boolean;
  /** Rows that watched sessions saw. */
  readonly rows: number;
  /** Points that the collector took. */
  readonly sentPoints: number;
  readonly queuedBatches: number;
  /** Estimated. */
  readonly queuedBytes: number;
  /** Rows with an id that the collector took. */
  readonly sentPredictions: number;
  /** Rows with an id that wait, whole batches as well as the one that grows. */
  readonly queuedPredictions: number;
  /** Estimated. */
  readonly queuedPredictionBytes: number;
  /** By reason; what is counted is told at `DropReason`. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
}

/** Watches sessions and sends profiles of what they see. Nothing of it throws or rejects. */
export interface Agent {
  /** The session, watched. What cannot be watched works unwatched, and is counted. */
  watch(session: InferenceSession, options: WatchOptions): WatchedSession;
  /** Ends the current interval now, by the agent's clock, and tries to send it; resolves when that was tried. */
  flush(): Promise<void>;
  /** Sends what there is, within the timeout, and stops; sessions go on unwatched. */
  shutdown(): Promise<void>;
  /** Whether all watched sessions got the layouts of their version within the time (default 10,000 ms). */
  ready(options?: { readonly timeoutMs?: number }): Promise<boolean>;
  stats(): AgentStats;
}
