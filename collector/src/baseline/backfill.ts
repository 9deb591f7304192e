import { mergeProfiles, OTHER_CATEGORY, type CategoricalProfile, type Profile } from '@prumo/agent/profile';
import type { LayoutsAnswer } from '../api/layouts.ts';
import { createSegmentTable, dayOf, windowLengthMs, windowStarts, type Windowing } from './backfill-windows.ts';
import { createFieldProfiler } from './field-profiler.ts';
import { openRows, type RowBatch, type RowSource } from './open-rows.ts';
import type { PredictedClasses } from './predicted-classes.ts';
import type { RowSurvey } from './survey-rows.ts';

type LayoutField = LayoutsAnswer['fields'][number];

/** Profiles of the rows of one window and segment. */
export interface WindowProfiles {
  readonly startMs: number;
  readonly endMs: number;
  readonly segment: Readonly<Record<string, string>>;
  readonly rows: number;
  /** In the order of the fields; undefined for a field (an output) that the data does not have, and for what is counted by class. */
  readonly profiles: FieldProfiles;
  /** Class scores of a multiclass model, by the class that was predicted (empty where that is not known), in the order of the fields. */
  readonly byClass: ReadonlyMap<string, FieldProfiles>;
}

type FieldProfiles = readonly (Profile | undefined)[];

/** Most profiles that may be open at a time: about 500 MB. */
export const MAX_OPEN_PROFILES = 400_000;

/** Most categories of one field and window, as in the agent. */
const MAX_CATEGORIES = 1000;

/**
 * Profiles rows by window and segment under the registered layouts, and yields each day when its last row is read.
 *
 * @param survey Of the same rows: says when a day is complete.
 * @param batches The rows, where they are read on the way.
 * @param classes Predicted classes of a multiclass model: its class scores are counted by them.
 */
export async function* profileDays(
  source: RowSource,
  fields: readonly LayoutField[],
  windowing: Windowing,
  survey: RowSurvey,
  batches: AsyncIterable<RowBatch> = openRows(source),
  classes?: PredictedClasses,
): AsyncGenerator<readonly WindowProfiles[]> {
  const segments = createSegmentTable(source.segments ?? []);
  const profilers = fields.map((field) => createFieldProfiler(field, field.layout));
  const days = new Map<number, Map<string, WindowProfiles>>();
  let done = 0;
  const profileFields = (batch: RowBatch, rows: readonly number[], isWanted: (field: string) => boolean) =>
    fields.map(({ name }, i) => {
      const column = isWanted(name) ? batch.columns.get(name) : undefined;
      return column === undefined ? undefined : profilers[i]?.profile(column, rows);
    });
  for await (const batch of batches) {
    const predicted = classes?.read(batch);
    const isScore = predicted === undefined ? () => false : classes!.isScore;
    for (const { startMs, combination, rows } of groupRows(batch, windowing, done, segments.number(batch))) {
      const day = days.get(dayOf(startMs)) ?? new Map<string, WindowProfiles>();
      days.set(dayOf(startMs), day);
      const key = `${startMs} ${combination}`;
      const part = {
        startMs,
        endMs: startMs + windowLengthMs(windowing),
        segment: segments.pairs(combination),
        rows: rows.length,
        profiles: profileFields(batch, rows, (field) => !isScore(field)),
        byClass: new Map(
          [...groupByClass(rows, predicted)].map(
            ([label, own]) => [label, profileFields(batch, own, isScore)] as const,
          ),
        ),
      };
      const before = day.get(key);
      day.set(key, before === undefined ? part : mergeWindows(before, part, fields));
    }
    done += batch.rowCount;
    for (const [day, groups] of days) {
      if ((survey.lastRowOfDay.get(day) ?? Infinity) >= done) continue;
      days.delete(day);
      yield [...groups.values()];
    }
  }
}

interface RowGroup {
  readonly startMs: number;
  readonly combination: number;
  readonly rows: number[];
}

function groupRows(
  batch: RowBatch,
  windowing: Windowing,
  firstRow: number,
  combinations: Uint32Array,
): Iterable<RowGroup> {
  const groups = new Map<string, RowGroup>();
  for (const [row, startMs] of windowStarts(windowing, batch, firstRow).entries()) {
    const combination = combinations[row] ?? 0;
    const key = `${startMs} ${combination}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { startMs, combination, rows: [row] });
    else group.rows.push(row);
  }
  return groups.values();
}

function groupByClass(
  rows: readonly number[],
  predicted: readonly string[] | undefined,
): ReadonlyMap<string, readonly number[]> {
  return predicted === undefined ? new Map() : Map.groupBy(rows, (row) => predicted[row] ?? '');
}

function mergeWindows(a: WindowProfiles, b: WindowProfiles, fields: readonly LayoutField[]): WindowProfiles {
  const byClass = new Map(a.byClass);
  for (const [label, profiles] of b.byClass) {
    const before = byClass.get(label);
    byClass.set(label, before === undefined ? profiles : mergeFields(before, profiles, fields));
  }
  return { ...a, rows: a.rows + b.rows, profiles: mergeFields(a.profiles, b.profiles, fields), byClass };
}

function mergeFields(a: FieldProfiles, b: FieldProfiles, fields: readonly LayoutField[]): FieldProfiles {
  return a.map((profile, i) => {
    const other = b[i];
    if (profile === undefined || other === undefined) return profile ?? other;
    const merged = mergeProfiles(profile, other);
    return merged.kind === 'categorical' ? capCategories(merged, fields[i]?.layout) : merged;
  });
}

/** Categories beyond the limit go to `__other__`; those of the layout always stay. */
function capCategories(profile: CategoricalProfile, layout: LayoutField['layout']): Profile {
  if (profile.counts.size <= MAX_CATEGORIES) return profile;
  const known = new Set(layout?.kind === 'categories' ? layout.categories : []);
  const counts = new Map<string, number>();
  let other = 0;
  let free = MAX_CATEGORIES - known.size;
  for (const [text, count] of profile.counts) {
    if (text === OTHER_CATEGORY) other += count;
    else if (known.has(text)) counts.set(text, count);
    else if (free-- > 0) counts.set(text, count);
    else other += count;
  }
  if (other > 0) counts.set(OTHER_CATEGORY, other);
  return { ...profile, counts };
}
