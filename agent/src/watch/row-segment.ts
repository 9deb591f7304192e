import type { Segment } from './segment.ts';

/** The collector takes no other keys, and no more of them. */
const SEGMENT_KEY = /^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/;
const MAX_KEYS = 8;

/** The part of a segment that the collector takes with a row; an empty value is none. */
export function sendablePairs({ pairs }: Segment): Segment['pairs'] {
  return pairs.filter(([key, value]) => SEGMENT_KEY.test(key) && value.isWellFormed()).slice(0, MAX_KEYS);
}
