import type { ModelScope, Store, TouchedHour } from '../store/store.ts';

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

/** Consecutive hours that one statement sums: of one model in one environment, or of all. */
interface Range extends Partial<ModelScope> {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Neighboring hours become one statement. An hour that several models touched is summed for all of them at once: a statement costs
 * far more than its rows.
 */
export function contiguous(touched: readonly TouchedHour[]): Range[] {
  const ranges: Range[] = [];
  const byHour = [...Map.groupBy(touched, ({ hour }) => hour.getTime())].sort(([a], [b]) => a - b);
  for (const [startMs, own] of byHour) {
    const [only, ...others] = own;
    const scope = only === undefined || others.length > 0 ? {} : { model: only.model, environment: only.environment };
    const from = new Date(startMs);
    const to = new Date(startMs + HOUR_MS);
    const last = ranges.at(-1);
    const continues =
      last?.to.getTime() === startMs && last.model === scope.model && last.environment === scope.environment;
    if (continues) ranges[ranges.length - 1] = { ...last, to };
    else ranges.push({ ...scope, from, to });
  }
  return ranges;
}
