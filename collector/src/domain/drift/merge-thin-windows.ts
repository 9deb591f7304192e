import { fieldKey } from './field-key.ts';
import { mergeObserved } from './merge-observed.ts';
import type { ObservedField, Window } from './observation.ts';

/** A window with its fields; the fields of all windows are the same, in one layout each. */
export interface ObservedWindow {
  readonly window: Window;
  readonly fields: readonly ObservedField[];
}

/** Settings of {@link mergeThinWindows}. */
export interface MergeOptions {
  /** Rows that a window needs. Default 200. */
  readonly minRows?: number;
  /** Longest time that merged windows may span, in days. Default 30. */
  readonly maxDays?: number;
}

const DAY_MS = 86_400_000;

/**
 * Merges windows with fewer than `minRows` profiled rows with the next ones until they have enough, over 30 days at most.
 *
 * Windows come in order of time; one with enough rows stands alone. What stays thin (at the end, or after 30 days) is returned as
 * it is and judged `unknown`. Rows of a window are those of its best profiled field.
 */
export function mergeThinWindows(windows: readonly ObservedWindow[], options: MergeOptions = {}): ObservedWindow[] {
  const minRows = options.minRows ?? 200;
  const maxMs = (options.maxDays ?? 30) * DAY_MS;
  const merged: ObservedWindow[] = [];
  let pending: ObservedWindow | undefined;
  for (const next of windows) {
    if (pending !== undefined && next.window.end.getTime() - pending.window.start.getTime() > maxMs) {
      merged.push(pending);
      pending = undefined;
    }
    const joined: ObservedWindow = pending === undefined ? next : join(pending, next);
    const isEnough = rowsOf(joined) >= minRows;
    if (isEnough) merged.push(joined);
    pending = isEnough ? undefined : joined;
  }
  return pending === undefined ? merged : [...merged, pending];
}

function join(a: ObservedWindow, b: ObservedWindow): ObservedWindow {
  const next = new Map(b.fields.map((field) => [fieldKey(field), field]));
  const fields = a.fields.map((field) => {
    const other = next.get(fieldKey(field));
    next.delete(fieldKey(field));
    return other === undefined ? field : mergeObserved(field, other);
  });
  return { window: { start: a.window.start, end: b.window.end }, fields: [...fields, ...next.values()] };
}

function rowsOf({ fields }: ObservedWindow): number {
  return fields.reduce((most, { profiled }) => Math.max(most, profiled), 0);
}
