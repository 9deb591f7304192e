import { createPoint, NO_COUNTS, type Point } from './points.ts';
import { Turnstile } from './turnstile.ts';

/** Most series whose last point is remembered; the one unseen for longest is forgotten first. */
const MAX_SERIES = 20_000;

/**
 * Turns cumulative points into deltas, per instance and series.
 *
 * The first point of a series only sets the base: what it holds was counted before, perhaps by another collector. So the
 * rows between a process's start and its first export, and those between the last export before and the first after a
 * restart of the collector, are not counted. A point that does not end after the last one is a repeat and adds nothing.
 * A later start, or a count that fell, is a reset: the point's whole content is new.
 */
export class CumulativeSeries {
  private readonly last = new Map<string, Point>();
  private readonly turnstile = new Turnstile();
  private readonly maxSeries: number;

  constructor(maxSeries = MAX_SERIES) {
    this.maxSeries = maxSeries;
  }

  /** Changes of one request: they count once its rows are on disk, so that a failed request can be sent again. */
  begin(): CumulativeChanges {
    return new CumulativeChanges(
      (key) => this.last.get(key),
      (key, point) => this.remember(key, point),
      () => this.turnstile.enter(),
    );
  }

  private remember(key: string, point: Point): void {
    this.last.delete(key);
    this.last.set(key, point);
    if (this.last.size <= this.maxSeries) return;
    const oldest = this.last.keys().next();
    if (!oldest.done) this.last.delete(oldest.value);
  }
}

/** What one request does to the series. */
export class CumulativeChanges {
  private readonly changed = new Map<string, Point>();
  private readonly known: (key: string) => Point | undefined;
  private readonly remember: (key: string, point: Point) => void;
  private readonly acquire: () => Promise<() => void>;
  private release: (() => void) | undefined;

  constructor(
    known: (key: string) => Point | undefined,
    remember: (key: string, point: Point) => void,
    acquire: () => Promise<() => void>,
  ) {
    this.known = known;
    this.remember = remember;
    this.acquire = acquire;
  }

  /** Waits for its turn; to be called before `toDelta`, harmless when called again. */
  async start(): Promise<void> {
    this.release ??= await this.acquire();
  }

  /** The rows that are new since the last point of this series; undefined where there are none to count. */
  toDelta(point: Point): Point | undefined {
    const key = `${point.seriesHigh}:${point.seriesLow}:${point.source.instance}`;
    const before = this.changed.get(key) ?? this.known(key);
    if (before !== undefined && point.endNs <= before.endNs) return undefined;
    this.changed.set(key, point);
    if (before === undefined) return undefined;
    return difference(before, point) ?? { ...asDelta(point), startNs: max(point.startNs, before.endNs) };
  }

  commit(): void {
    for (const [key, point] of this.changed) this.remember(key, point);
  }

  /** Lets the next request in. */
  end(): void {
    this.release?.();
  }
}

/** `after - before`; undefined where the series was reset between them. */
function difference(before: Point, after: Point): Point | undefined {
  if (after.startNs > before.startNs || after.kind !== before.kind) return undefined;
  const zeroCount = after.zeroCount - before.zeroCount;
  const count = after.count - before.count;
  if (count < 0 || zeroCount < 0) return undefined;
  if (after.kind === 'sum' && after.sum < before.sum) return undefined;
  if (after.kind === 'edges' && !isSame(before.bounds, after.bounds)) return undefined;
  if (after.kind === 'exponential' && after.scale > before.scale) return undefined;
  const shift = after.kind === 'exponential' ? before.scale - after.scale : 0;
  const counts = subtract(before.counts, before.positiveOffset, shift, after.counts, after.positiveOffset);
  const negativeCounts = subtract(
    before.negativeCounts,
    before.negativeOffset,
    shift,
    after.negativeCounts,
    after.negativeOffset,
  );
  if (counts === undefined || negativeCounts === undefined) return undefined;
  const sum = after.sum - before.sum;
  return { ...asDelta(after), startNs: before.endNs, count, sum, zeroCount, counts, negativeCounts };
}

/** A delta's smallest and greatest value are unknown: a cumulative point has them since its start. */
function asDelta(point: Point): Point {
  const { min, max } = createPoint(point.source, point.metric, point.kind, 'delta');
  return { ...point, temporality: 'delta', min, max };
}

/** Cells of the later list less those of the earlier, whose buckets are `shift` scales finer; undefined if any falls below 0. */
function subtract(
  before: Uint32Array,
  beforeOffset: number,
  shift: number,
  after: Uint32Array,
  afterOffset: number,
): Uint32Array | undefined {
  if (after.length === 0 && before.length === 0) return NO_COUNTS;
  const rest = Float64Array.from(after);
  for (const [index, count] of before.entries()) {
    if (count === 0) continue;
    const cell = Math.floor((beforeOffset + index) / 2 ** shift) - afterOffset;
    const left = (rest[cell] ?? 0) - count;
    if (left < 0) return undefined;
    rest[cell] = left;
  }
  return Uint32Array.from(rest);
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a === b || (a.length === b.length && a.every((bound, index) => bound === b[index]));
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
