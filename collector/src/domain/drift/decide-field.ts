import { describeCause, formatCount, formatValue, nameStatistic } from './describe.ts';
import { type Effect, measureEffect } from './effect.ts';
import type { Level } from './level.ts';
import type { MeasuredField } from './measure-field.ts';
import type { Window } from './observation.ts';
import { type ModelThresholds, thresholdsOf } from './thresholds.ts';
import type { FieldVerdict, Verdict } from './verdict.ts';

/** What the fields of one window are decided by. */
export interface JudgeOptions {
  readonly window: Window;
  /** Name of the reference. */
  readonly reference: string;
  readonly levels: (sharedVariance: number) => Level;
  readonly thresholds: ModelThresholds;
}

/** The verdict of a measured field: effect over its limit and q-value within the level; `unknown` where it cannot be judged. */
export function decideField(measured: MeasuredField, qValue: number | null, options: JudgeOptions): FieldVerdict {
  const { judged, test } = measured;
  const { field } = judged;
  const effect = measureEffect(measured.effects, thresholdsOf(field.name, options.thresholds));
  const level = options.levels(test?.sharedVariance ?? 0).window;
  const isSignificant = qValue !== null && qValue <= level;
  const verdict = decide(measured, effect, isSignificant);
  return {
    window: options.window,
    field: field.name,
    role: field.role,
    ...(field.predictionLabel === undefined ? {} : { predictionLabel: field.predictionLabel }),
    type: field.type,
    ...countRows(measured),
    statistics: measured.statistics,
    decision: {
      ...(effect === undefined ? NO_EFFECT : pickLimit(effect)),
      reference: options.reference,
      n: measured.n,
      m: measured.m,
      ...(test === undefined ? {} : { overdispersion: test.overdispersion }),
    },
    pValue: measured.pValue,
    qValue,
    impact: measured.impact,
    verdict,
    reason: explain(measured, effect, verdict, { qValue, level }),
    ...(measured.cause === undefined ? {} : { qualityShare: measured.cause.qualityShare }),
  };
}

/** What stands in a decision where nothing could be computed; the verdict is `unknown` and the reason says why. */
const NO_EFFECT = { statistic: 'psi', value: 0, threshold: 0 } as const;

function pickLimit({ statistic, value, threshold }: Effect): Pick<Effect, 'statistic' | 'value' | 'threshold'> {
  return { statistic, value, threshold };
}

function countRows({ observed, outOfRange }: MeasuredField) {
  const none = { rows: 0, profiled: 0, missing: 0, invalid: 0, unseen: 0, outOfRange: 0 };
  if (observed === undefined) return none;
  const { rows, profiled, missing, invalid } = observed;
  return { rows, profiled, missing, invalid, unseen: sumOf(observed.unseen), outOfRange };
}

function decide({ unknown }: MeasuredField, effect: Effect | undefined, isSignificant: boolean): Verdict {
  if (unknown !== undefined || effect === undefined) return 'unknown';
  return isSignificant ? effect.size : 'ok';
}

function explain(
  measured: MeasuredField,
  effect: Effect | undefined,
  verdict: Verdict,
  { qValue, level }: { readonly qValue: number | null; readonly level: number },
): string {
  if (measured.unknown !== undefined) return measured.unknown;
  if (effect === undefined) return 'no statistic could be computed';
  const relation = effect.size === 'ok' ? 'is not over' : 'is over';
  const name = nameStatistic(effect.statistic);
  const overdispersion = measured.test?.overdispersion ?? 1;
  const facts = [
    `n ${formatCount(measured.n)}`,
    ...(overdispersion >= 1.05 ? [`overdispersion ${formatValue(overdispersion)}`] : []),
    ...(qValue === null ? [] : [`q ${formatValue(qValue)}`]),
  ].join(', ');
  const claim = `${name} ${formatValue(effect.value)} ${relation} ${formatValue(effect.threshold)} (${facts})`;
  if (effect.size === 'ok') return claim;
  if (verdict === 'ok') return `${claim}, but not significant at ${formatValue(level)}`;
  return measured.cause === undefined ? claim : `${claim}: ${describeCause(measured.cause, measured.judged.field)}`;
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
