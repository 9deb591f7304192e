import type { DropCounter } from '../export/drop-counter.ts';
import type { VersionLayouts } from '../export/layouts-answer.ts';
import { MAX_SEGMENT_COMBINATIONS, OTHER_SEGMENT } from '../profile/index.ts';
import { FieldCatalog } from './field-catalog.ts';
import { PredictedClasses } from './predicted-classes.ts';
import { keepDeclared, makeSegment, type Segment } from './segment.ts';
import { SegmentSeries } from './segment-series.ts';

/** Most combinations, as given, whose series is remembered; undeclared keys can make them many. */
const MAX_REMEMBERED = 1024;

/** The series of all segment combinations of one session, under one set of layouts. */
export class SegmentTable {
  readonly #layouts: VersionLayouts | undefined;
  /** Undefined where the layouts show no multiclass model. */
  readonly classes: PredictedClasses | undefined;
  readonly #catalog: FieldCatalog;
  readonly #dropped: DropCounter;
  readonly #series = new Map<string, SegmentSeries>();
  readonly #keys = new Set<string>();
  /** By the combination as given, for the hot path. */
  readonly #remembered = new Map<string, SegmentSeries>();
  #other: SegmentSeries | undefined;

  constructor(
    layouts: VersionLayouts | undefined,
    names: Readonly<Record<string, readonly string[]>>,
    dropped: DropCounter,
  ) {
    this.#layouts = layouts;
    this.classes = PredictedClasses.of(layouts);
    this.#catalog = new FieldCatalog(layouts, names, dropped);
    this.#dropped = dropped;
  }

  /** The series of a combination; beyond 64 combinations the one of `__other__`, which counts the rows. */
  find(given: Segment, rows: number): SegmentSeries {
    const known = this.#remembered.get(given.key);
    if (known !== undefined) return known;
    const declared = this.#layouts === undefined ? given : keepDeclared(given, this.#layouts.segments);
    if (declared !== given) this.#dropped.add('segment_undeclared', rows);
    const series = this.#series.get(declared.key) ?? this.#create(declared);
    if (series === undefined) {
      this.#dropped.add('segment_limit', rows);
      return (this.#other ??= this.#createSeries(this.#otherSegment()));
    }
    // What is counted as dropped is counted each time.
    if (declared === given && this.#remembered.size < MAX_REMEMBERED) this.#remembered.set(given.key, series);
    return series;
  }

  #create(segment: Segment): SegmentSeries | undefined {
    if (this.#series.size >= MAX_SEGMENT_COMBINATIONS) return undefined;
    const series = this.#createSeries(segment);
    this.#series.set(segment.key, series);
    for (const [key] of segment.pairs) this.#keys.add(key);
    return series;
  }

  #createSeries(segment: Segment): SegmentSeries {
    return new SegmentSeries(segment, this.#catalog, this.classes, this.#dropped);
  }

  #otherSegment(): Segment {
    return makeSegment([...(this.#layouts?.segments ?? this.#keys)].map((key) => [key, OTHER_SEGMENT]));
  }

  all(): SegmentSeries[] {
    return [...this.#series.values(), ...(this.#other === undefined ? [] : [this.#other])];
  }
}
