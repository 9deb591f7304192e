import { PrumoError } from '../errors/prumo-error.ts';
import { createSegmentTable, dayOf, windowLengthMs, windowStarts, type Windowing } from './backfill-windows.ts';
import { openRows, type RowSource } from './open-rows.ts';

/** What a first reading of the rows tells. */
export interface RowSurvey {
  readonly rows: number;
  /** First and one past the last instant of the windows; both 0 without rows. */
  readonly startMs: number;
  readonly endMs: number;
  /** Number of the last row of each day (of the window's start): after it the day can be sent. */
  readonly lastRowOfDay: ReadonlyMap<number, number>;
  /** Most windows and segments that are open at a time, where a day is open from its first to its last row. */
  readonly peakGroups: number;
}

/**
 * Reads all rows once, so that nothing is sent of a file with an error in it, and so that each day is known to be complete
 * before it is sent.
 *
 * @throws PrumoError `PRUMO_DATA_INVALID`, also where more than `maxGroups` would be open at a time.
 */
export async function surveyRows(source: RowSource, windowing: Windowing, maxGroups: number): Promise<RowSurvey> {
  const segments = createSegmentTable(source.segments ?? []);
  const days = new Map<number, { first: number; last: number; groups: Set<string> }>();
  let rows = 0;
  let startMs = Infinity;
  let endMs = -Infinity;
  for await (const batch of openRows({ ...source, scorer: undefined })) {
    const combinations = segments.number(batch);
    for (const [row, start] of windowStarts(windowing, batch, rows).entries()) {
      const day = days.get(dayOf(start)) ?? { first: rows + row, last: 0, groups: new Set<string>() };
      days.set(dayOf(start), day);
      day.last = rows + row;
      day.groups.add(`${start} ${combinations[row] ?? 0}`);
      startMs = Math.min(startMs, start);
      endMs = Math.max(endMs, start + windowLengthMs(windowing));
    }
    rows += batch.rowCount;
  }
  const peakGroups = findPeak([...days.values()]);
  if (peakGroups > maxGroups) {
    const message = `${source.path}: the rows are so far from the order of time that ${peakGroups} windows and segments would be open at a time; at most ${maxGroups} are allowed. Sort the file by time, or split it`;
    throw new PrumoError('PRUMO_DATA_INVALID', message, { detail: { peakGroups, maxGroups } });
  }
  const lastRowOfDay = new Map([...days].map(([day, { last }]) => [day, last]));
  return { rows, startMs: rows === 0 ? 0 : startMs, endMs: rows === 0 ? 0 : endMs, lastRowOfDay, peakGroups };
}

function findPeak(days: readonly { first: number; last: number; groups: ReadonlySet<string> }[]): number {
  const events = days.flatMap(({ first, last, groups }) => [
    { row: first, change: groups.size },
    { row: last + 0.5, change: -groups.size },
  ]);
  let open = 0;
  let peak = 0;
  for (const { change } of events.sort((a, b) => a.row - b.row)) {
    open += change;
    peak = Math.max(peak, open);
  }
  return peak;
}
