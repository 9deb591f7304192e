import type { Scenario } from './model-week.ts';
import type { Behavior } from './world.ts';

/** Rows independent, shares constant. */
export const STEADY: Behavior = { name: 'steady', overdispersion: 1, cycle: 0 };

/** Daily and weekly cycles of shares, and counts with three times the variance of independent rows. */
export const LIVELY: Behavior = { name: 'cycles, overdispersion 3', overdispersion: 3, cycle: 0.1 };

/** Every combination that the alarm rule is simulated in: hourly and daily windows. */
export function listScenarios(): Scenario[] {
  const scenarios: Scenario[] = [];
  for (const behavior of [STEADY, LIVELY]) {
    for (const windowHours of [1, 24]) {
      for (const referenceRows of [5_000, 50_000]) {
        for (const rowsPerWindow of [100, 1_000, 100_000]) {
          scenarios.push({ rowsPerWindow, referenceRows, windowHours, behavior });
        }
      }
    }
  }
  return scenarios;
}
