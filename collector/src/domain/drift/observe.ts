import { METRIC, rebin, type EdgesLayout } from '@prumo/agent/profile';
import type { ObservedField } from './observation.ts';
import { fieldKey } from './field-key.ts';
import { decodeLayoutBounds, mapBounds } from './foreign-bounds.ts';
import type { ReferenceField } from './reference.ts';
import type { SeriesGroup } from './series.ts';

/** Settings of {@link observeFields}. */
export interface ObserveSettings {
  /** Hash of the layout that each reference field is judged in. */
  readonly layoutHash: (field: ReferenceField) => string;
  /** Bounds of any registered layout, by hash; undefined for an unknown hash or a categorical layout. */
  readonly boundsOf: (hash: string) => readonly number[] | undefined;
}

/**
 * Brings the series of one window into the layouts of the reference.
 *
 * Rows in the judged layout count as they are. Rows in another one (exponential, foreign bounds, an older baseline)
 * are mapped where a bucket lies inside one bin; the rest is counted as `unmapped`. Counts are weighted by 2^sampling.
 * The series of a field are summed over prediction labels: they say what was predicted for the rows, not which field it is.
 */
export function observeFields(
  fields: readonly ReferenceField[],
  groups: readonly SeriesGroup[],
  settings: ObserveSettings,
): ObservedField[] {
  const byField = Map.groupBy(groups, ({ role, field: name }) => fieldKey({ role, name }));
  const rows = sumOf(groups.filter((group) => group.metric === METRIC.inferenceRows).map((group) => group.count));
  return fields.map((field) => {
    const own = byField.get(fieldKey({ role: field.role, name: field.name })) ?? [];
    return observeField(field, own, rows, settings);
  });
}

function observeField(
  field: ReferenceField,
  groups: readonly SeriesGroup[],
  modelRows: number,
  settings: ObserveSettings,
): ObservedField {
  const tally = createTally(field);
  for (const group of groups) {
    const weight = 2 ** group.sampling;
    if (group.metric === METRIC.fieldMissing) tally.missing += group.count * weight;
    else if (group.metric === METRIC.fieldInvalid) tally.invalid += group.count * weight;
    else if (group.metric === METRIC.fieldCategory) addCategory(tally, field, group, weight);
    else if (group.metric === METRIC.fieldValue) addValues(tally, field, group, weight, settings);
    else continue;
    tally.profiled += group.count;
    tally.weight += group.count * weight;
    tally.squaredWeight += group.count * weight * weight;
  }
  return {
    name: field.name,
    role: field.role,
    ...(field.predictionLabel === undefined ? {} : { predictionLabel: field.predictionLabel }),
    rows: modelRows > 0 ? modelRows : tally.weight,
    profiled: tally.profiled,
    missing: tally.missing,
    invalid: tally.invalid,
    counts: tally.counts,
    unseen: tally.unseen,
    sum: field.type === 'numeric' ? tally.sum : Number.NaN,
    nEff: tally.squaredWeight > 0 ? tally.weight ** 2 / tally.squaredWeight : 0,
    unmapped: tally.unmapped,
  };
}

interface Tally {
  profiled: number;
  weight: number;
  squaredWeight: number;
  missing: number;
  invalid: number;
  sum: number;
  unmapped: number;
  readonly counts: Float64Array;
  readonly unseen: Map<string, number>;
}

function createTally(field: ReferenceField): Tally {
  const { layout } = field;
  const cells = layout.kind === 'edges' ? layout.bounds.length + 1 : layout.categories.length;
  return {
    profiled: 0,
    weight: 0,
    squaredWeight: 0,
    missing: 0,
    invalid: 0,
    sum: 0,
    unmapped: 0,
    counts: new Float64Array(cells),
    unseen: new Map(),
  };
}

function addCategory(tally: Tally, field: ReferenceField, group: SeriesGroup, weight: number): void {
  if (field.layout.kind !== 'categories') {
    tally.unmapped += group.count * weight;
    return;
  }
  const index = field.layout.categories.indexOf(group.category);
  if (index >= 0) tally.counts[index]! += group.count * weight;
  else tally.unseen.set(group.category, (tally.unseen.get(group.category) ?? 0) + group.count * weight);
}

function addValues(
  tally: Tally,
  field: ReferenceField,
  group: SeriesGroup,
  weight: number,
  settings: ObserveSettings,
): void {
  if (field.layout.kind !== 'edges') {
    tally.unmapped += group.count * weight;
    return;
  }
  const mapped = mapHistogram(field.layout, group, settings.layoutHash(field), settings.boundsOf);
  let inside = 0;
  for (let cell = 0; cell < mapped.counts.length; cell++) {
    const count = mapped.counts[cell]!;
    inside += count;
    tally.counts[cell]! += count * weight;
  }
  tally.unmapped += mapped.ambiguous * weight;
  const total = inside + mapped.ambiguous;
  // The sum of the rows that were mapped is not known when some were not: it is taken in proportion.
  if (total > 0) tally.sum += group.sum * weight * (inside / total);
}

interface Mapped {
  readonly counts: ArrayLike<number>;
  readonly ambiguous: number;
}

function mapHistogram(
  layout: EdgesLayout,
  group: SeriesGroup,
  judgedHash: string,
  boundsOf: ObserveSettings['boundsOf'],
): Mapped {
  const bounds = decodeLayoutBounds(group, (hash) => (hash === judgedHash ? layout.bounds : boundsOf(hash)));
  // Counts that cannot be of these bounds say nothing of where their rows lie.
  if (bounds !== undefined && group.counts.length !== bounds.length + 1) return { counts: [], ambiguous: group.count };
  if (bounds === layout.bounds) return { counts: group.counts, ambiguous: 0 };
  if (bounds !== undefined) return mapBounds(bounds, group.counts, layout);
  if (group.layout !== '') return { counts: [], ambiguous: group.count };
  return rebin(
    {
      layout: { kind: 'exponential', maxBuckets: 160, maxScale: 20 },
      scale: group.scale,
      zeroCount: group.zeroCount,
      positive: { offset: group.positiveOffset, counts: Float64Array.from(group.counts) },
      negative: { offset: group.negativeOffset, counts: Float64Array.from(group.negativeCounts) },
    },
    layout,
  );
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
