import { MAX_SEGMENT_COMBINATIONS, OTHER_SEGMENT } from '@prumo/agent/profile';
import type { RowBatch } from './open-rows.ts';

export const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How rows get their window. */
export type Windowing =
  /** By the row's own time: the UTC hour that holds it. */
  | { readonly kind: 'time' }
  /** Each run of `rowsPerWindow` rows is put into the next window, from `startMs` on. */
  | { readonly kind: 'runs'; readonly startMs: number; readonly windowMs: number; readonly rowsPerWindow: number };

/** Length of the windows that rows are put into. */
export function windowLengthMs(windowing: Windowing): number {
  return windowing.kind === 'time' ? HOUR_MS : windowing.windowMs;
}

/** Start of the window of each row of a batch; `firstRow` is the number of the batch's first row in the file, from 0. */
export function windowStarts(windowing: Windowing, batch: RowBatch, firstRow: number): Float64Array {
  const { timesMs, rowCount } = batch;
  return Float64Array.from({ length: rowCount }, (_, row) => {
    if (windowing.kind === 'time') return Math.floor((timesMs?.[row] ?? NaN) / HOUR_MS) * HOUR_MS;
    return windowing.startMs + Math.floor((firstRow + row) / windowing.rowsPerWindow) * windowing.windowMs;
  });
}

/** Day (UTC) of an instant, counted from 1970. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

/** The segment of each row: its values of all declared keys together. */
export interface SegmentTable {
  /** Number of each row's combination, in the order of first appearance. */
  readonly number: (batch: RowBatch) => Uint32Array;
  /** Keys and values of a combination; a key without a value is left out. */
  readonly pairs: (combination: number) => Readonly<Record<string, string>>;
}

/** Numbers combinations of segment values; those beyond 64 share one, in which every key is `__other__`. */
export function createSegmentTable(keys: readonly string[]): SegmentTable {
  const numbers = new Map<string, number>();
  const combinations: Readonly<Record<string, string>>[] = [];
  const other = Object.fromEntries(keys.map((key) => [key, OTHER_SEGMENT]));
  const numberOf = (values: readonly (string | null)[]): number => {
    const text = JSON.stringify(values);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const isFull = combinations.length >= MAX_SEGMENT_COMBINATIONS;
    const number = Math.min(combinations.length, MAX_SEGMENT_COMBINATIONS);
    numbers.set(text, number);
    if (!isFull) combinations.push(Object.fromEntries(keys.flatMap((key, i) => pairOf(key, values[i] ?? null))));
    return number;
  };
  return {
    number: ({ rowCount, segments }) => {
      const columns = keys.map((key) => segments.get(key) ?? []);
      return Uint32Array.from({ length: rowCount }, (_, row) => numberOf(columns.map((column) => column[row] ?? null)));
    },
    pairs: (combination) => combinations[combination] ?? other,
  };
}

function pairOf(key: string, value: string | null): [string, string][] {
  return value === null ? [] : [[key, value]];
}
