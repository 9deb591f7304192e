import type { StatisticName } from '../verdict.ts';

/** Another tool's number on the same data, and what that tool makes of it. */
export interface ModeStatistic {
  readonly value: number;
  /** The limit of `value`, or of `pValue` where there is one; null where the tool has none here. */
  readonly threshold: number | null;
  readonly drifted: boolean;
  /** Where the tool decides by a p-value. */
  readonly pValue?: number;
}

/** Why a tool's number cannot be computed. */
export interface Refusal {
  readonly refused: string;
}

/** What another tool would say of a field in a window. */
export interface ModeResult {
  /** The statistic that the tool takes by default for such a field. */
  readonly decides: StatisticName;
  readonly statistics: { readonly [name in StatisticName]?: ModeStatistic | Refusal };
}

/** Whether a statistic was refused. */
export function isRefused(answer: ModeStatistic | Refusal): answer is Refusal {
  return 'refused' in answer;
}
