import type { ObservedField } from './observation.ts';

/** Two windows of one field, in the layout of one reference, as one. */
export function mergeObserved(a: ObservedField, b: ObservedField): ObservedField {
  const unseen = new Map(a.unseen);
  for (const [category, count] of b.unseen) unseen.set(category, (unseen.get(category) ?? 0) + count);
  return {
    ...a,
    rows: a.rows + b.rows,
    profiled: a.profiled + b.profiled,
    missing: a.missing + b.missing,
    invalid: a.invalid + b.invalid,
    counts: a.counts.map((count, cell) => count + (b.counts[cell] ?? 0)),
    unseen,
    sum: a.sum + b.sum,
    nEff: mergeEffective(a, b),
    unmapped: a.unmapped + b.unmapped,
  };
}

/** Weighted rows of a field, the unmapped ones too. */
export function weightOf({ missing, invalid, counts, unseen, unmapped }: ObservedField): number {
  let weight = missing + invalid + unmapped;
  for (const count of counts) weight += count;
  for (const count of unseen.values()) weight += count;
  return weight;
}

/** (sum w)^2 / sum w^2 of both: sum w^2 of each is its weight squared over its own effective size. */
function mergeEffective(a: ObservedField, b: ObservedField): number {
  const weights = [a, b].map(weightOf);
  const squares = [a, b].map((field, k) => (field.nEff > 0 ? weights[k]! ** 2 / field.nEff : 0));
  const square = squares[0]! + squares[1]!;
  return square > 0 ? (weights[0]! + weights[1]!) ** 2 / square : 0;
}
