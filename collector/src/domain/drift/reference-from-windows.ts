import { encodeProfile, type EncodedProfile } from '@prumo/agent/profile';
import { profileCells } from './cells.ts';
import { fieldKey } from './field-key.ts';
import type { JudgedField, JudgedReference } from './judged-reference.ts';
import { mergeObserved, weightOf } from './merge-observed.ts';
import type { ObservedWindow } from './merge-thin-windows.ts';
import type { ObservedField, Window } from './observation.ts';
import { estimateOverdispersion } from './overdispersion.ts';
import type { Reference, ReferenceField } from './reference.ts';

/** A past window, and whether it may enter a reference. */
export interface PastWindow extends ObservedWindow {
  /** Judged critical, or part of an incident: it never enters a reference. */
  readonly isSuspect: boolean;
}

/** Past weeks that a seasonal reference needs. */
export const LEAST_WEEKS = 4;
/** Past weeks that a seasonal reference looks at, however much of the past is at hand: the same question has the same answer. */
export const SEASONAL_WEEKS = 8;

const WEEK_MS = 7 * 86_400_000;

/**
 * A reference made of past windows, in the layouts of the baseline: `trailing:28d`, `pinned:...`, `seasonal`.
 *
 * Each window is a chunk, so the variance between windows (for `seasonal`: between weeks) is its overdispersion. Suspect windows are left
 * out; a field without rows in the others keeps an empty profile and is judged `unknown`. Mean and range come from the windows and the
 * baseline; the standard deviation stays the baseline's, since windows carry no squares.
 */
export function referenceFromWindows(
  windows: readonly PastWindow[],
  baseline: Pick<Reference, 'fields' | 'scoreRange'>,
  name: string,
): JudgedReference {
  const kept = windows.filter(({ isSuspect }) => !isSuspect);
  const byField = Map.groupBy(
    kept.flatMap(({ fields }) => fields),
    fieldKey,
  );
  return {
    name,
    fields: baseline.fields.map((field) => fieldFromWindows(field, byField.get(fieldKey(field)) ?? [])),
    ...(baseline.scoreRange === undefined ? {} : { scoreRange: baseline.scoreRange }),
  };
}

/** The windows of the same weekday and hour in the past 8 weeks, newest last; fewer than 4 clean ones make no reference. */
export function pickSeasonal(past: readonly PastWindow[], judged: Window): readonly PastWindow[] | undefined {
  const clean = past.filter(({ window, isSuspect }) => !isSuspect && isSameSeason(window, judged));
  return clean.length >= LEAST_WEEKS ? clean : undefined;
}

/** Windows that lie wholly before `judged` and start at most `lengthMs` before it: those of a trailing reference. */
export function pickTrailing(past: readonly PastWindow[], judged: Window, lengthMs: number): readonly PastWindow[] {
  const from = judged.start.getTime() - lengthMs;
  return past.filter(({ window }) => window.start.getTime() >= from && window.end <= judged.start);
}

function isSameSeason(past: Window, judged: Window): boolean {
  const weeks = (judged.start.getTime() - past.start.getTime()) / WEEK_MS;
  const sameLength = past.end.getTime() - past.start.getTime() === judged.end.getTime() - judged.start.getTime();
  return weeks >= 1 && weeks <= SEASONAL_WEEKS && Number.isInteger(weeks) && sameLength;
}

/** @param own The field in each window, in order of time. */
function fieldFromWindows(field: ReferenceField, own: readonly ObservedField[]): JudgedField {
  const [first, ...others] = own;
  const whole = others.reduce<ObservedField | undefined>((sum, next) => (sum ? mergeObserved(sum, next) : next), first);
  const chunks = own.map((observed) => toProfile(field, observed));
  const moments = whole === undefined ? field.moments : momentsOf(field, whole);
  const made: ReferenceField = {
    ...field,
    profile: toProfile(field, whole),
    chunks,
    ...(moments === undefined ? {} : { moments }),
  };
  return {
    field: made,
    overdispersion: estimateOverdispersion(
      chunks.map((chunk, k) => scaleToEffective(profileCells(made, chunk), own[k]!)),
    ),
    m: whole?.nEff ?? 0,
  };
}

/** Sampled rows count by weight; as a sample they are only `nEff` rows. */
function scaleToEffective(cells: Float64Array, observed: ObservedField): Float64Array {
  const weight = weightOf(observed);
  return weight > 0 ? cells.map((count) => (count * observed.nEff) / weight) : cells;
}

function momentsOf(field: ReferenceField, whole: ObservedField): ReferenceField['moments'] {
  const count = total(whole.counts);
  if (field.moments === undefined || !(count > 0) || !Number.isFinite(whole.sum)) return field.moments;
  return { ...field.moments, mean: whole.sum / count };
}

/** The counts of a window as a profile in the field's layout; an empty profile without a window. */
function toProfile(field: ReferenceField, observed: ObservedField | undefined): EncodedProfile {
  const { layout } = field;
  const { missing, invalid, unseen, sum, counts } = observed ?? emptyWindow(field);
  const count = total(counts);
  if (layout.kind === 'categories') {
    const known = layout.categories.map((name, k) => [name, counts[k] ?? 0] as const);
    const rows = count + total([...unseen.values()]) + missing + invalid;
    return encodeProfile({ kind: 'categorical', rows, missing, invalid, counts: new Map([...known, ...unseen]) });
  }
  const range = { min: field.moments?.min ?? 0, max: field.moments?.max ?? 0 };
  return encodeProfile({
    kind: 'numeric',
    rows: count + missing + invalid,
    missing,
    invalid,
    moments: { count, sum: Number.isFinite(sum) ? sum : 0, ...(count > 0 ? range : { min: Infinity, max: -Infinity }) },
    histogram: { layout, counts },
  });
}

function emptyWindow({
  layout,
}: ReferenceField): Pick<ObservedField, 'missing' | 'invalid' | 'unseen' | 'sum' | 'counts'> {
  const cells = layout.kind === 'edges' ? layout.bounds.length + 1 : layout.categories.length;
  return { missing: 0, invalid: 0, unseen: new Map(), sum: 0, counts: new Float64Array(cells) };
}

function total(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
