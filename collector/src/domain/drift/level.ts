import { jointExceedance } from './significance/correlated-tail.ts';

/** The budget that levels are derived from. */
export interface AlarmBudget {
  /** False incidents allowed per model and week. Default 0.1. */
  readonly falsePerWeek?: number;
  /** Windows judged per week: 168 for hours, 7 for days. */
  readonly windowsPerWeek: number;
  /** Families judged side by side that can open incidents: segments times references. Default 1. */
  readonly families?: number;
}

/** What q-values are compared with. */
export interface Level {
  /** A field's verdict needs a q-value of at most this. */
  readonly window: number;
  /** One window opens an incident alone only with a q-value of at most this. */
  readonly alone: number;
}

/** Windows in which a field must be not ok, and windows among which: an incident opens at 2 of 3. */
export const PERSISTENCE = { hits: 2, windows: 3 } as const;

const DEFAULT_FALSE_PER_WEEK = 0.1;

/**
 * The levels that keep false incidents within the budget.
 *
 * Half of the budget F (per family) is for each way to open an incident, with W windows per week:
 * - alone: at most W windows can, so `alone` = F / 2W (union bound).
 * - 2 of 3: there are 2W pairs of windows at most two apart, so 2W P(both not ok) <= F / 2. The two share the baseline's
 *   sampling error, and what shifts neighbors alike, so P(both) is that of two statistics with correlation `sharedVariance`
 *   (Kibble), not the square; at 0 the level is sqrt(F / 4W). Whatever the dependence, an incident needs two windows that are
 *   not ok and has them for itself, so F / W always holds as a level too: it is the floor.
 *
 * All fields of a window are one event here, since Benjamini-Hochberg keeps the chance that any of them is significant at the level.
 *
 * @param sharedVariance share (0 to 1) of the variance of (window - reference) that neighboring windows have in common
 */
export function levelFor(budget: AlarmBudget, sharedVariance = 0): Level {
  const allowed = (budget.falsePerWeek ?? DEFAULT_FALSE_PER_WEEK) / 2 / Math.max(1, budget.families ?? 1);
  const windows = Math.max(1, budget.windowsPerWeek);
  const alone = clampLevel(allowed / windows);
  const floor = clampLevel((allowed * PERSISTENCE.hits) / windows);
  const pairs = windows * (PERSISTENCE.windows - 1);
  let low = floor;
  let high = clampLevel(Math.sqrt(allowed / pairs));
  if (!(high > low)) return { window: floor, alone };
  const rho = Math.min(1, Math.max(0, sharedVariance));
  for (let step = 0; step < 40; step++) {
    const middle = Math.sqrt(low * high);
    if (pairs * jointExceedance(middle, rho) <= allowed) low = middle;
    else high = middle;
  }
  return { window: low, alone };
}

/** `levelFor` of one budget, remembered: shares are rounded up to a hundredth, so at most 101 levels are computed. */
export function createLevels(budget: AlarmBudget): (sharedVariance: number) => Level {
  const known = new Map<number, Level>();
  return (sharedVariance) => {
    const step = Math.ceil(Math.min(1, Math.max(0, sharedVariance || 0)) * 100);
    let level = known.get(step);
    if (level === undefined) {
      level = levelFor(budget, step / 100);
      known.set(step, level);
    }
    return level;
  };
}

/** No level is looser than the customary 5 %. */
function clampLevel(level: number): number {
  return Math.min(0.05, Math.max(1e-12, level || 0));
}
