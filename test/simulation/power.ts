import { createRandom } from '../../collector/src/domain/drift/significance/random.ts';
import { foldIncidents } from '../../collector/src/domain/incident/fold-incidents.ts';
import { drawModel, foldOptions, judge, planWeek, type Scenario } from './model-week.ts';
import { drawOverdispersed } from './samplers.ts';
import { meanShares, type SimulatedField, tiltShares } from './world.ts';

const WINDOWS = 3;
const WANTED = 0.9;
const SHIFTED_FIELD = 2;

/**
 * The smallest PSI of one numeric field (true shares against true shares) that opens an incident with 90 % probability within
 * 3 windows (merged ones, where windows are thin), found by bisection over `runs` fresh models each. Null if even the largest shift is missed.
 */
export function findDetectablePsi(scenario: Scenario, runs: number, seed: number): number | null {
  let low = 0;
  let high = 2;
  if (detectionRate(scenario, high, runs, seed) < WANTED) return null;
  for (let step = 0; step < 6; step++) {
    const middle = (low + high) / 2;
    if (detectionRate(scenario, middle, runs, seed) >= WANTED) high = middle;
    else low = middle;
  }
  const field = drawModel(scenario, createRandom(seed)).fields[SHIFTED_FIELD]!;
  return truePsi(field.shares, tiltShares(field, high));
}

function detectionRate(scenario: Scenario, amount: number, runs: number, seed: number): number {
  const random = createRandom(seed);
  const { hours, rows } = planWeek(scenario);
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const model = drawModel(scenario, random);
    const windows = Array.from({ length: WINDOWS }, (_, index) => {
      const counts = model.fields.map((field, k) => {
        const shares = meanShares(field, index * hours, (index + 1) * hours, scenario.behavior);
        const moved = k === SHIFTED_FIELD ? tiltShares(withShares(field, shares), amount) : shares;
        return drawOverdispersed(rows, moved, scenario.behavior.overdispersion, random);
      });
      return judge(model, counts, index * hours, hours);
    });
    const incidents = foldIncidents(windows, foldOptions(scenario));
    if (incidents.some(({ members }) => members.some(({ field }) => field === `f${SHIFTED_FIELD}`))) found++;
  }
  return found / runs;
}

function withShares(field: SimulatedField, shares: Float64Array): SimulatedField {
  return { ...field, shares };
}

function truePsi(r: Float64Array, c: Float64Array): number {
  return r.reduce((sum, share, k) => (share > 0 ? sum + (c[k]! - share) * Math.log(c[k]! / share) : sum), 0);
}
