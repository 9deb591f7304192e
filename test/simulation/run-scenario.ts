import { createRandom } from '../../collector/src/domain/drift/significance/random.ts';
import { countFalseIncidents, drawModel, FALSE_PER_WEEK, type Scenario } from './model-week.ts';
import { poissonUpperBound } from './poisson-bound.ts';

/** False incidents of one scenario. */
export interface FalseIncidents {
  readonly modelWeeks: number;
  readonly incidents: number;
  /** Upper 95 % bound of false incidents per model and week. */
  readonly upperBound: number;
  readonly holds: boolean;
}

/** Simulates weeks without change, each with a baseline of its own. */
export function runScenario(scenario: Scenario, modelWeeks: number, seed: number): FalseIncidents {
  const random = createRandom(seed);
  let incidents = 0;
  for (let week = 0; week < modelWeeks; week++) incidents += countFalseIncidents(drawModel(scenario, random), random);
  const upperBound = poissonUpperBound(incidents) / modelWeeks;
  return { modelWeeks, incidents, upperBound, holds: upperBound < FALSE_PER_WEEK };
}
