/** Where every threshold that parts the decisions is as good, the customary one. */
const CUSTOMARY = 0.5;

/**
 * The threshold that decisions follow: every score at or above it was decided positive, every one below was not. Undefined where scores and decisions
 * do not go together so, or all rows were decided alike.
 *
 * @param decisions 1: decided positive, 0: not; of the same length as the scores
 */
export function findThreshold(scores: ArrayLike<number>, decisions: ArrayLike<number>): number | undefined {
  let leastPositive = Infinity;
  let greatestNegative = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    if (decisions[i] === 1) leastPositive = Math.min(leastPositive, scores[i]!);
    else greatestNegative = Math.max(greatestNegative, scores[i]!);
  }
  if (!Number.isFinite(leastPositive) || !Number.isFinite(greatestNegative)) return undefined;
  if (greatestNegative >= leastPositive) return undefined;
  return greatestNegative < CUSTOMARY && CUSTOMARY <= leastPositive ? CUSTOMARY : leastPositive;
}
