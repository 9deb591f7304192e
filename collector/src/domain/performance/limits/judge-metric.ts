import { formatCount } from '../../drift/describe.ts';
import { badSideOf, type Measurement, type MetricName } from '../metric.ts';
import type { MetricVerdict } from '../metric-verdict.ts';
import type { ExpectedMetric } from '../performance-reference.ts';
import { formatTogether, nameMetric } from './describe-metric.ts';
import { limitMetric, type MetricLimits } from './metric-limits.ts';

/** Beyond a limit by rounding alone is not beyond it. */
const ROUNDING = 1e-12;

/** What keeps a strength a number where a limit is no distance away. */
const MOST_STRENGTH = 1000;

export interface MetricRules {
  /** Why there can be no verdict, whatever the numbers (`tooFewLabels`); limits are shown all the same. */
  readonly unknown?: string;
  /** Rows that the window stands for, where rows have weights; default n. Only a business value, which is a total, needs it. */
  readonly weight?: number;
}

/**
 * A metric of a window, or a change of one, against what is expected of it at the window's own number of rows. Beyond the limit on its bad side it is
 * a `warning`, with its whole 95 % interval beyond `critical`; better than expected is `ok`; with nothing expected `unknown`.
 *
 * @param n effective rows of the window
 */
export function judgeMetric(
  metric: MetricName,
  measured: Measurement,
  expected: ExpectedMetric | undefined,
  n: number,
  rules: MetricRules = {},
): MetricVerdict {
  const limits = expected && n > 0 ? limitMetric(metric, expected, n, rules.weight ?? n) : undefined;
  const { value, low, high, se } = measured;
  const shown = {
    value,
    low,
    high,
    se,
    expected: limits?.expected ?? null,
    lowerLimit: limits?.lower ?? null,
    upperLimit: limits?.upper ?? null,
    strength: limits === undefined ? 0 : strengthOf(metric, value, limits),
  };
  if (rules.unknown !== undefined) return { ...shown, verdict: 'unknown', reason: rules.unknown };
  if (limits === undefined) {
    const missing = expected === undefined ? `the reference says nothing of ${nameMetric(metric)}` : 'no labeled rows';
    return { ...shown, verdict: 'unknown', reason: missing };
  }
  return { ...shown, ...decide(metric, measured, limits, n) };
}

function strengthOf(metric: MetricName, value: number, { expected, distance }: MetricLimits): number {
  const side = badSideOf(metric);
  const away = side === 'both' ? Math.abs(value - expected) : side === 'low' ? expected - value : value - expected;
  if (!(away > 0)) return 0;
  return distance > 0 ? Math.min(MOST_STRENGTH, away / distance) : MOST_STRENGTH;
}

function decide(
  metric: MetricName,
  { value, low, high }: Measurement,
  { expected, lower, upper }: MetricLimits,
  n: number,
): Pick<MetricVerdict, 'verdict' | 'reason'> {
  const side = badSideOf(metric);
  const name = nameMetric(metric);
  const forRows = `for ${formatCount(n)} ${Math.round(n) === 1 ? 'row' : 'rows'}`;
  const isBelow = isLess(value, lower);
  if (!isBelow && !isLess(upper, value)) {
    const [own, from, to] = formatTogether([value, lower, upper]);
    return { verdict: 'ok', reason: `${name} ${own}, between the limits ${from} and ${to} ${forRows}` };
  }
  const [own, limit, usual, from, to] = formatTogether([value, isBelow ? lower : upper, expected, low, high]);
  const beyond = `${isBelow ? 'below' : 'above'} ${limit}, the ${isBelow ? 'lower' : 'upper'} limit ${forRows}`;
  if (side === (isBelow ? 'high' : 'low')) {
    return { verdict: 'ok', reason: `${name} ${own} is better than expected: ${beyond}` };
  }
  const isWhole = isBelow ? isLess(high, lower) : isLess(upper, low);
  return {
    verdict: isWhole ? 'critical' : 'warning',
    reason: `${name} ${own}, ${usual} expected, is ${beyond}${isWhole ? `, with its whole 95 % interval (${from} to ${to})` : ''}`,
  };
}

function isLess(value: number, limit: number): boolean {
  return value < limit - ROUNDING * Math.max(1, Math.abs(limit));
}
