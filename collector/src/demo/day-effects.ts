import { createRandom } from './random.ts';

/** How strongly one day resembles the day before: the coefficient of the AR(1) process. */
export const DAY_CORRELATION = 0.6;

/** Standard deviation of a day's effect, in standard deviations of the latent variable that it moves. */
export const DAY_DEVIATION = 0.045;

/** The effect of a day on a named latent variable (`spend`, `age`): mean 0, standard deviation `DAY_DEVIATION`. */
export type DayEffects = (latent: string, day: number) => number;

/**
 * Day effects: what makes one Tuesday unlike another, in every real stream.
 *
 * Each latent variable has a stationary AR(1) series of its own, e(d) = rho e(d-1) + sqrt(1 - rho^2) sd z(d), from `firstDay` on.
 * Rows of a day share its effect, so daily means vary more than independent rows would (overdispersion).
 *
 * @throws RangeError for a day before `firstDay`.
 */
export function createDayEffects(seed: number, model: string, firstDay: number): DayEffects {
  const series = new Map<string, { values: number[]; next: () => number }>();

  const startSeries = (latent: string): { values: number[]; next: () => number } => {
    const random = createRandom(seed, model, 'day-effect', latent);
    let level = DAY_DEVIATION * random.normal();
    const innovation = DAY_DEVIATION * Math.sqrt(1 - DAY_CORRELATION ** 2);
    const next = () => (level = DAY_CORRELATION * level + innovation * random.normal());
    return { values: [level], next };
  };

  return (latent, day) => {
    let known = series.get(latent);
    if (known === undefined) series.set(latent, (known = startSeries(latent)));
    while (known.values.length <= day - firstDay) known.values.push(known.next());
    const effect = known.values[day - firstDay];
    if (effect === undefined) throw new RangeError(`day ${day} lies before the first simulated day ${firstDay}`);
    return effect;
  };
}
