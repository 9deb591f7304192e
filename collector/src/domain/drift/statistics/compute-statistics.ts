import type { ObservedField } from '../observation.ts';
import type { ReferenceField } from '../reference.ts';
import type { CategoricalStatistics, NumericStatistics } from '../verdict.ts';
import { computeCategoricalStatistics } from './categorical-statistics.ts';
import { computeNumericStatistics } from './numeric-statistics.ts';

/** All statistics of a field in mode `prumo`, by its type; NaN is what cannot be known. */
export function computeStatistics(
  reference: ReferenceField,
  observed: ObservedField,
): NumericStatistics | CategoricalStatistics {
  return reference.type === 'numeric'
    ? computeNumericStatistics(reference, observed)
    : computeCategoricalStatistics(reference, observed);
}
