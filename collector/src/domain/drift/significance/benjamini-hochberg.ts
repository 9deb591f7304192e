/**
 * q-values of Benjamini and Hochberg (1995): q(i) = min over j >= i of p(j) K / j, in the order of the p-values given.
 *
 * `null` entries (nothing was tested) are no part of the family and stay null. Rejecting q <= level keeps the chance of
 * any rejection under no change at `level`, for independent and for positively dependent fields (Benjamini and Yekutieli 2001).
 */
export function computeQValues(pValues: readonly (number | null)[]): (number | null)[] {
  const tested = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }]));
  tested.sort((a, b) => b.p - a.p);
  const qValues = pValues.map((): number | null => null);
  let smallest = 1;
  tested.forEach(({ p, index }, fromEnd) => {
    smallest = Math.min(smallest, (p * tested.length) / (tested.length - fromEnd));
    qValues[index] = smallest;
  });
  return qValues;
}
