import { formatShare } from '../../drift/describe.ts';

/** Share of the labels of a window that must have come before it is judged. */
const MATURE_SHARE = 0.95;

/** What tells whether the labels of a window have come. */
export interface MaturitySettings {
  readonly windowEnd: Date;
  readonly nowMs: number;
  /** Time after which no label is expected any more (`labels.horizon`). */
  readonly horizonMs?: number | undefined;
  /** Delays of the baseline's labels by quantile, increasing. */
  readonly delaysMs?: readonly number[] | undefined;
  /** Labels over the rows that can get one; null where there are no such rows. */
  readonly coverage: number | null;
}

/** Whether (nearly) all labels of a window have come; if not, why not, and when they will have. */
export type Maturity =
  { readonly mature: true } | { readonly mature: false; readonly reason: string; readonly at?: Date };

/**
 * A window is mature when its horizon has passed, or the baseline's delays say that 95 % of its labels have come, counted from its end.
 * Where neither is known, when 95 % of the rows that can get a label have one.
 */
export function maturityOf({ windowEnd, nowMs, horizonMs, delaysMs, coverage }: MaturitySettings): Maturity {
  const waitMs = maturityWaitMs({ horizonMs, delaysMs });
  if (waitMs === undefined) {
    if (coverage !== null && coverage >= MATURE_SHARE) return { mature: true };
    const share = coverage === null ? 'none' : formatShare(coverage);
    const reason = `immature: ${share} of the rows have labels, and the model file names no labels.horizon`;
    return { mature: false, reason };
  }
  const at = new Date(windowEnd.getTime() + waitMs);
  if (nowMs >= at.getTime()) return { mature: true };
  const curve =
    delaysMs === undefined ? '' : `; ${formatShare(shareBy(delaysMs, nowMs - windowEnd.getTime()))} expected by now`;
  const reason = `immature until ${at.toISOString()}: ${coverage === null ? 'no' : formatShare(coverage)} of the labels are here${curve}`;
  return { mature: false, reason, at };
}

/** How long after its end a window is mature, whatever has come: the horizon, or the delay of 95 % of the baseline's labels. */
export function maturityWaitMs({
  horizonMs,
  delaysMs,
}: Pick<MaturitySettings, 'horizonMs' | 'delaysMs'>): number | undefined {
  const delayMs = delaysMs === undefined || delaysMs.length === 0 ? undefined : quantileOf(delaysMs, MATURE_SHARE);
  const waits = [horizonMs, delayMs].filter((waitMs) => waitMs !== undefined);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

/** Value at a quantile, by linear interpolation. */
function quantileOf(values: readonly number[], share: number): number {
  const at = share * (values.length - 1);
  const [low, high] = [values[Math.floor(at)] ?? NaN, values[Math.ceil(at)] ?? NaN];
  return low + (high - low) * (at - Math.floor(at));
}

/** Share of labels whose delay is at most this long. */
function shareBy(delaysMs: readonly number[], ageMs: number): number {
  const come = delaysMs.filter((delayMs) => delayMs <= ageMs).length;
  return come / delaysMs.length;
}
