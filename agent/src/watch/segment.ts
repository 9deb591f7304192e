import type { DropCounter } from '../export/drop-counter.ts';

/** One combination of segment keys and values, in a canonical order. */
export interface Segment {
  /** Equal for equal combinations. */
  readonly key: string;
  /** Sorted by key. */
  readonly pairs: readonly (readonly [key: string, value: string])[];
}

/** Rows of a session without segment keys. */
export const NO_SEGMENT: Segment = { key: '', pairs: [] };

const MAX_KEYS = 16;
const MAX_TEXT = 128;

/** A combination as the host gave it. What is no short text (or number or boolean, which become text) is left out and counted. */
export function readSegment(values: unknown, dropped: DropCounter): Segment {
  if (values === undefined || values === null) return NO_SEGMENT;
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(values)) {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : (value as unknown);
    const isUsable = typeof text === 'string' && text.length <= MAX_TEXT && key !== '' && key.length <= MAX_TEXT;
    if (isUsable && pairs.length < MAX_KEYS) pairs.push([key, text]);
    else dropped.add('segment_invalid');
  }
  return makeSegment(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The part of a combination that has declared keys. */
export function keepDeclared(segment: Segment, declared: readonly string[]): Segment {
  const kept = segment.pairs.filter(([key]) => declared.includes(key));
  return kept.length === segment.pairs.length ? segment : makeSegment(kept);
}

export function makeSegment(pairs: Segment['pairs']): Segment {
  return pairs.length === 0 ? NO_SEGMENT : { key: JSON.stringify(pairs), pairs };
}
