/** What the store holds of one series over one window: the sum of its points, not weighted by sampling. */
export interface SeriesGroup {
  readonly version: string;
  readonly sha256: string;
  readonly metric: string;
  readonly field: string;
  readonly role: string;
  readonly category: string;
  readonly predictionLabel: string;
  /** Canonical text of the segment: `channel=app,region=eu`; empty without keys. */
  readonly segment: string;
  readonly servingRole: string;
  /** Hash of a registered layout, or empty. */
  readonly layout: string;
  /** Bounds of a histogram whose layout was not known to be registered when it came, or empty. */
  readonly bounds: readonly number[];
  /** k: one row in 2^k was profiled. */
  readonly sampling: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Counts per cell (histogram), or of the positive buckets (exponential histogram). */
  readonly counts: ArrayLike<number>;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positiveOffset: number;
  readonly negativeOffset: number;
  readonly negativeCounts: ArrayLike<number>;
}
