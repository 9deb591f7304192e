import type { RankedRows } from './ranked-rows.ts';
import type { ScoreBand } from './measured.ts';

const BANDS = 10;

/** A middle that lies on a bound but for rounding lies on it. */
const ROUNDING = 1e-9;

/**
 * Band (0 the lowest scores) of each group of tied scores: tenths of the total weight, each group going whole to where its middle lies. So
 * ties stay together, and the order of rows changes nothing.
 */
export function assignBands({ groups, positives, negatives }: RankedRows): Uint8Array {
  const bands = new Uint8Array(groups.count);
  const total = positives + negatives;
  let below = 0;
  for (let g = groups.count - 1; g >= 0; g--) {
    const weight = groups.positives[g]! + groups.negatives[g]!;
    const middle = (below + weight / 2) / total;
    bands[g] = Math.min(BANDS - 1, Math.floor(middle * BANDS + ROUNDING));
    below += weight;
  }
  return bands;
}

/** The bands that have rows, lowest first. */
export function tabulateBands({ scores, weights, groups }: RankedRows, bands: Uint8Array): ScoreBand[] {
  const table = Array.from({ length: BANDS }, () => ({ low: 0, high: 0, rows: 0, positives: 0, scoreSum: 0 }));
  let row = 0;
  for (let g = 0; g < groups.count; g++) {
    const band = table[bands[g]!]!;
    const score = scores[row]!;
    // Highest scores come first.
    if (band.rows === 0) band.high = score;
    band.low = score;
    band.positives += groups.positives[g]!;
    for (; row < groups.ends[g]!; row++) {
      band.rows += weights[row]!;
      band.scoreSum += weights[row]! * score;
    }
  }
  return table
    .filter(({ rows }) => rows > 0)
    .map(({ low, high, rows, positives, scoreSum }) => {
      return { low, high, rows, positives, meanScore: scoreSum / rows, observedRate: positives / rows };
    });
}

/** Expected calibration error (Naeini et al. 2015) over those bands: the mean of |mean score - observed rate|, weighted by their rows. */
export function calibrationError(bands: readonly ScoreBand[]): number {
  const total = bands.reduce((sum, { rows }) => sum + rows, 0);
  return bands.reduce((sum, band) => sum + (band.rows / total) * Math.abs(band.meanScore - band.observedRate), 0);
}
