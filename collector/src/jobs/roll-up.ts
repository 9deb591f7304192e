import type { Store, TouchedHour } from '../store/store.ts';

const HOUR_MS = 3_600_000;
/** A row may become visible a moment after the time it carries: the next look overlaps the last one by this much. */
const OVERLAP_MS = 60_000;

/** Sums the minute points of every hour that got new ones. */
export interface RollUp {
  /** Rolls up what came since the last call, and returns the hours. */
  run(): Promise<TouchedHour[]>;
}

/**
 * Creates the roll-up.
 *
 * @param since Points stored before it are taken as rolled up.
 * @param nextRevision Numbers the runs, each greater than all before: a later run replaces an earlier one.
 */
export function createRollUp(store: Store, since: Date, nextRevision: () => number): RollUp {
  let from = since;
  let done = new Map<string, number>();
  return {
    run: async () => {
      const touched = (await store.touchedHours(from)).filter((hour) => {
        const known = done.get(keyOf(hour));
        return known === undefined || known < hour.newest.getTime();
      });
      for (const range of contiguous(touched)) await store.rollUp(range, nextRevision());
      const newest = Math.max(from.getTime() + OVERLAP_MS, ...touched.map((hour) => hour.newest.getTime()));
      from = new Date(newest - OVERLAP_MS);
      done = remember(done, touched, from);
      return touched;
    },
  };
}

function keyOf({ model, environment, hour }: TouchedHour): string {
  return JSON.stringify([model, environment, hour.getTime()]);
}

/** Keeps the hours that the next look will see again because of the overlap. */
function remember(done: ReadonlyMap<string, number>, touched: readonly TouchedHour[], from: Date): Map<string, number> {
  const kept = new Map([...done].filter(([, newest]) => newest >= from.getTime()));
  for (const hour of touched) kept.set(keyOf(hour), hour.newest.getTime());
  return kept;
}

interface Range {
  readonly model: string;
  readonly environment: string;
  readonly from: Date;
  readonly to: Date;
}

/** Neighboring hours of a model become one statement. */
function contiguous(hours: readonly TouchedHour[]): Range[] {
  const ranges: Range[] = [];
  const sorted = [...hours].sort(
    (a, b) =>
      a.model.localeCompare(b.model) ||
      a.environment.localeCompare(b.environment) ||
      a.hour.getTime() - b.hour.getTime(),
  );
  for (const { model, environment, hour } of sorted) {
    const last = ranges.at(-1);
    const to = new Date(hour.getTime() + HOUR_MS);
    const continues = last?.model === model && last.environment === environment && last.to.getTime() === hour.getTime();
    if (continues) ranges[ranges.length - 1] = { ...last, to };
    else ranges.push({ model, environment, from: hour, to });
  }
  return ranges;
}
