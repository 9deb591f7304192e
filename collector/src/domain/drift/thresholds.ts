import type { StatisticName } from './verdict.ts';

/** Limits of one statistic: a value over `warning` or `critical` earns that verdict, if it is significant too. */
export interface Limits {
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
}

/** Limits by statistic. */
export type Thresholds = { readonly [name in StatisticName]?: Limits | undefined };

/** Limits of a model, and of single fields, which win statistic by statistic. */
export interface ModelThresholds {
  readonly model?: Thresholds | undefined;
  readonly fields?: ReadonlyMap<string, Thresholds>;
}

/** What decides where nothing else is said: the debiased PSI. */
export const DEFAULT_THRESHOLDS = { psi: { warning: 0.1, critical: 0.25 } } as const satisfies Thresholds;

/** The limits that a field is judged by: its own, else the model's, else the defaults. */
export function thresholdsOf(field: string, thresholds: ModelThresholds = {}): Thresholds {
  const own = thresholds.fields?.get(field) ?? {};
  const model = thresholds.model ?? {};
  const names = new Set([...Object.keys(DEFAULT_THRESHOLDS), ...Object.keys(model), ...Object.keys(own)]);
  const defaults: Thresholds = DEFAULT_THRESHOLDS;
  return Object.fromEntries(
    [...names].map((name) => {
      const statistic = name as StatisticName;
      return [statistic, { ...defaults[statistic], ...model[statistic], ...own[statistic] }];
    }),
  );
}
