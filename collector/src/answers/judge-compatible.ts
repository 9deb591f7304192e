import type { ObservedWindow } from '../domain/drift/merge-thin-windows.ts';
import { measureEvidently } from '../domain/drift/modes/evidently.ts';
import { isRefused, type ModeResult } from '../domain/drift/modes/mode-result.ts';
import { measureNannyml } from '../domain/drift/modes/nannyml.ts';
import type { FieldVerdict, StatisticName } from '../domain/drift/verdict.ts';
import { judgeObserved } from '../jobs/judge-observed.ts';
import type { JudgedVersion } from '../jobs/observe-windows.ts';

const TOOLS = {
  nannyml: { name: 'NannyML', measure: measureNannyml },
  evidently: { name: 'Evidently', measure: measureEvidently },
} as const;

/**
 * What another tool says of a window: its statistics, its default method, its limit.
 *
 * A number that cannot be computed from frozen bins is null; if it is the one that decides, the field is `unknown` with the reason.
 * These tools know one level of alarm: `warning`. `qValue` and `impact` stay Prumo's.
 */
export function judgeCompatible(
  mode: keyof typeof TOOLS,
  version: JudgedVersion,
  { window, fields }: ObservedWindow,
): FieldVerdict[] {
  const { name, measure } = TOOLS[mode];
  return judgeObserved(version, window, fields).map((verdict, k) => {
    const reference = version.reference.fields[k];
    const observed = fields[k];
    if (reference === undefined || observed === undefined || !(observed.profiled > 0)) return verdict;
    return { ...verdict, ...decide(name, measure(reference, observed), verdict) };
  });
}

function decide(
  tool: string,
  { decides, statistics }: ModeResult,
  { decision }: FieldVerdict,
): Pick<FieldVerdict, 'statistics' | 'decision' | 'verdict' | 'reason'> & Partial<FieldVerdict> {
  const values = Object.fromEntries(
    Object.entries(statistics).map(([name, one]) => [name, isRefused(one) ? null : finite(one.value)]),
  ) as { [name in StatisticName]?: number | null };
  const deciding = statistics[decides];
  if (deciding === undefined || isRefused(deciding)) {
    const reason = `${tool}'s ${decides}: ${deciding?.refused ?? 'not computed'}`;
    const unknown = { ...decision, statistic: decides, value: NaN, threshold: NaN };
    return { statistics: values, decision: unknown, verdict: 'unknown', reason };
  }
  const { value, threshold, drifted, pValue } = deciding;
  const limit = threshold === null ? 'no limit' : String(Number(threshold.toPrecision(3)));
  const reason = `${tool}'s ${decides} ${Number(value.toPrecision(3))} ${drifted ? 'passes' : 'is within'} its limit ${limit}`;
  return {
    statistics: values,
    decision: { ...decision, statistic: decides, value, threshold: threshold ?? NaN },
    verdict: drifted ? 'warning' : 'ok',
    reason,
    ...(pValue === undefined ? {} : { pValue }),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
