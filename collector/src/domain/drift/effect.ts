import type { Thresholds } from './thresholds.ts';
import type { FieldVerdict, StatisticName } from './verdict.ts';

/** How far a field moved, by the statistic that decides. */
export interface Effect {
  readonly statistic: StatisticName;
  readonly value: number;
  /** The limit that was passed; where none was, the first one that would be. */
  readonly threshold: number;
  readonly size: 'ok' | 'warning' | 'critical';
}

/**
 * PSI without what sampling alone adds: max(0, PSI - (B - 1)(1/n + 1/m)), B cells that hold a row
 * (under no change PSI is near (1/n + 1/m) chi2(B - 1); Yurdakul and Naranjo 2020).
 */
export function debiasPsi(psi: number, cells: number, n: number, m: number): number {
  return Math.max(0, psi - Math.max(0, cells - 1) * (1 / n + 1 / m));
}

/** The worst effect among the statistics that have limits: by verdict, then by value over threshold. */
export function measureEffect(values: FieldVerdict['statistics'], thresholds: Thresholds): Effect | undefined {
  let worst: Effect | undefined;
  for (const [name, limits] of Object.entries(thresholds)) {
    const statistic = name as StatisticName;
    const value = values[statistic];
    if (limits === undefined || value === undefined || value === null || Number.isNaN(value)) continue;
    const effect = compare(statistic, statistic === 'meanShift' ? Math.abs(value) : value, limits);
    if (effect !== undefined && (worst === undefined || rank(effect) > rank(worst))) worst = effect;
  }
  return worst;
}

function compare(
  statistic: StatisticName,
  value: number,
  { warning, critical }: { readonly warning?: number | undefined; readonly critical?: number | undefined },
): Effect | undefined {
  if (critical !== undefined && value > critical) return { statistic, value, threshold: critical, size: 'critical' };
  if (warning !== undefined && value > warning) return { statistic, value, threshold: warning, size: 'warning' };
  const threshold = warning ?? critical;
  return threshold === undefined ? undefined : { statistic, value, threshold, size: 'ok' };
}

const SIZE_RANK = { ok: 0, warning: 1, critical: 2 } as const;

/** Sizes first; within a size, a ratio squeezed into [0, 1). */
function rank({ size, value, threshold }: Effect): number {
  const ratio = threshold > 0 ? value / threshold : Number.MAX_VALUE;
  return SIZE_RANK[size] + ratio / (1 + ratio) / 2;
}
