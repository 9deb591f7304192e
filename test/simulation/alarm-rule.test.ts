import { describe, expect, it } from 'vitest';
import { FALSE_PER_WEEK } from './model-week.ts';
import { poissonUpperBound } from './poisson-bound.ts';
import { findDetectablePsi } from './power.ts';
import { runScenario } from './run-scenario.ts';
import { LIVELY, STEADY } from './scenarios.ts';

describe('alarm rule (short; the long run is npm run alarm:simulate)', () => {
  it.each([
    { rowsPerWindow: 100, referenceRows: 5_000, windowHours: 24, behavior: STEADY },
    { rowsPerWindow: 1_000, referenceRows: 5_000, windowHours: 24, behavior: LIVELY },
    { rowsPerWindow: 100, referenceRows: 5_000, windowHours: 1, behavior: STEADY },
  ])(
    'keeps false incidents under the stated rate: $rowsPerWindow rows in $windowHours h, $behavior.name',
    (scenario) => {
      const result = runScenario(scenario, 60, 11);
      expect(result.modelWeeks).toBe(60);
      expect(result.upperBound).toBeLessThan(FALSE_PER_WEEK);
    },
  );

  it('finds a PSI that matters', () => {
    const psi = findDetectablePsi(
      { rowsPerWindow: 1_000, referenceRows: 5_000, windowHours: 24, behavior: STEADY },
      30,
      3,
    );
    expect(psi).not.toBeNull();
    expect(psi!).toBeGreaterThan(0.05);
    expect(psi!).toBeLessThan(0.25);
  });

  it('bounds a Poisson mean exactly', () => {
    // scipy.stats.chi2.ppf(0.95, 2) / 2 and scipy.stats.chi2.ppf(0.95, 12) / 2
    expect(poissonUpperBound(0)).toBeCloseTo(2.9957322736, 9);
    expect(poissonUpperBound(5)).toBeCloseTo(10.5130349087, 9);
  });
});
