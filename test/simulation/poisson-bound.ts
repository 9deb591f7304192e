import { chiSquareQuantile } from '../../collector/src/domain/drift/significance/chi-square.ts';

/** Upper 95 % bound of a Poisson mean after `events` were seen, exact: chi2(0.05 upper tail; 2 events + 2) / 2 (Garwood 1936). */
export function poissonUpperBound(events: number): number {
  return chiSquareQuantile(0.05, 2 * events + 2) / 2;
}
