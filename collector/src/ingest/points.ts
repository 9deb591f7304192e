/** Who sent a point. */
export interface PointSource {
  readonly service: string;
  /** `service.instance.id`; empty where a client gives none: then repeats of two senders cannot be told apart. */
  readonly instance: string;
  readonly environment: string;
  /** Hash of service and environment, as two 32-bit halves. */
  readonly high: number;
  readonly low: number;
}

export type Temporality = 'delta' | 'cumulative' | 'unspecified';

/**
 * One OTLP metric point, whatever its encoding. Texts that a point does not carry are empty.
 *
 * Identity: source.instance + series + startNs + endNs.
 */
export interface Point {
  source: PointSource;
  metric: string;
  /** `edges`: Histogram; `exponential`: ExponentialHistogram; `sum`: Sum; `other`: what is not taken (Gauge, Summary). */
  kind: 'edges' | 'exponential' | 'sum' | 'other';
  temporality: Temporality;
  model: string;
  version: string;
  sha256: string;
  field: string;
  role: string;
  /** `ml.field.category`, or `reason`. */
  category: string;
  predictionLabel: string;
  servingRole: string;
  layout: string;
  /** k: one row in 2^k was profiled. NaN where it is no whole number. */
  sampling: number;
  /** Canonical text, `segmentText`. */
  segment: string;
  /** Hash of source, metric and all attributes, as two unsigned 32-bit halves. */
  seriesHigh: number;
  seriesLow: number;
  /** Nanoseconds since the epoch. */
  startNs: bigint;
  endNs: bigint;
  /** Rows; of a Sum its value. */
  count: number;
  /** NaN where absent; of a Sum its value. */
  sum: number;
  /** +inf and -inf where absent. */
  min: number;
  max: number;
  /** Cells (edges) or positive buckets (exponential). */
  counts: Uint32Array;
  bounds: Float64Array;
  scale: number;
  zeroCount: number;
  positiveOffset: number;
  negativeOffset: number;
  negativeCounts: Uint32Array;
  /** What decoding found wrong, if anything: the point is refused with it. */
  fault: string | undefined;
}

/** No cells. */
export const NO_COUNTS = new Uint32Array(0);
/** No bounds. */
export const NO_BOUNDS = new Float64Array(0);

/** A point of a source and metric without attributes or numbers. */
export function createPoint(source: PointSource, metric: string, kind: Point['kind'], temporality: Temporality): Point {
  return {
    source,
    metric,
    kind,
    temporality,
    model: '',
    version: '',
    sha256: '',
    field: '',
    role: '',
    category: '',
    predictionLabel: '',
    servingRole: '',
    layout: '',
    sampling: 0,
    segment: '',
    seriesHigh: 0,
    seriesLow: 0,
    startNs: 0n,
    endNs: 0n,
    count: 0,
    sum: NaN,
    min: Infinity,
    max: -Infinity,
    counts: NO_COUNTS,
    bounds: NO_BOUNDS,
    scale: 0,
    zeroCount: 0,
    positiveOffset: 0,
    negativeOffset: 0,
    negativeCounts: NO_COUNTS,
    fault: undefined,
  };
}
