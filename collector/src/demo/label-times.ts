import { DAY_MS } from './moment.ts';
import type { Random } from './random.ts';
import type { LabelPolicy } from './world.ts';

/** 95 % quantile of the standard normal distribution. */
const NORMAL_P95 = 1.6448536269514722;

/**
 * When each label becomes known, in milliseconds since 1970; NaN where none ever comes.
 *
 * Delays are log-normal: median `medianDays`, 95 % quantile `p95Days`. One is drawn for every row, so that the delay of a row does not depend
 * on the labels of others.
 *
 * @param timesMs when each row was scored
 */
export function drawLabelTimes(
  { comeFor, medianDays, p95Days }: LabelPolicy,
  labels: ArrayLike<number>,
  timesMs: (row: number) => number,
  random: Random,
): Float64Array {
  const spread = Math.log(p95Days / medianDays) / NORMAL_P95;
  return Float64Array.from(labels, (label, row) => {
    const delayMs = Math.round(DAY_MS * medianDays * Math.exp(spread * random.normal()));
    return comeFor !== 'positives' || label === 1 ? timesMs(row) + delayMs : NaN;
  });
}
