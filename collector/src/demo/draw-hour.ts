import type { KnownChange } from './changes.ts';
import type { DayEffects } from './day-effects.ts';
import { momentAt } from './moment.ts';
import { createRandom } from './random.ts';
import type { Row, World } from './world.ts';

/** What the rows of a simulated world depend on. */
export interface Stage {
  readonly seed: number;
  readonly world: World;
  /** Start of the live traffic, midnight UTC; hours count from here. */
  readonly start: Date;
  readonly effects: DayEffects;
  readonly changes: readonly KnownChange[];
}

/**
 * Draws the rows of one hour by segment value (`''` without segments), before anything goes wrong.
 *
 * Counts are Poisson around the hour's volume. Each (purpose, hour, segment) has random numbers of its own.
 *
 * @param purpose keeps live traffic, reference and training rows apart: no row is in two of them.
 * @param intensity share of the traffic that is drawn; 1 is the full demo.
 */
export function drawHour(stage: Stage, purpose: string, hour: number, intensity: number): Map<string, Row[]> {
  const { seed, world, start, effects, changes } = stage;
  const moment = momentAt(start, hour, effects, changes);
  const expected = (world.rowsPerDay / 24) * world.volume(moment) * intensity;
  const draw = world.population(moment);
  const values = world.segment?.values ?? [''];
  const weights = world.mix(moment);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return new Map(
    values.map((value, i) => {
      const random = createRandom(seed, world.model, purpose, hour, value);
      const count = random.poisson((expected * (weights[i] ?? 0)) / total);
      return [value, Array.from({ length: count }, () => draw(random, value))];
    }),
  );
}
