import type { KnownChange } from './changes.ts';
import type { DayEffects } from './day-effects.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** One simulated hour, as the worlds see it. */
export interface Moment {
  /** Start of the hour, UTC. */
  readonly start: Date;
  /** Whole days since the start of the live traffic; negative before it. */
  readonly day: number;
  /** 0..23, UTC. */
  readonly hourOfDay: number;
  /** 0 = Monday .. 6 = Sunday. */
  readonly weekday: number;
  /** 1 on Saturday and Sunday, else 0: a factor in formulas. */
  readonly weekend: 0 | 1;
  /** The day's effect on a latent variable, in its standard deviations. */
  readonly effect: (latent: string) => number;
  /** Strength of a known change of the world in this hour; 0 before it and after it. */
  readonly change: (id: string) => number;
}

/** The moment `hour` hours after `start` (midnight UTC); negative hours lie before it. */
export function momentAt(start: Date, hour: number, effects: DayEffects, changes: readonly KnownChange[] = []): Moment {
  const time = new Date(start.getTime() + hour * HOUR_MS);
  const day = Math.floor(hour / 24);
  const weekday = (time.getUTCDay() + 6) % 7;
  return {
    start: time,
    day,
    hourOfDay: time.getUTCHours(),
    weekday,
    weekend: weekday >= 5 ? 1 : 0,
    effect: (latent) => effects(latent, day),
    change: (id) => {
      const active = changes.find((one) => one.id === id && hour >= one.fromHour && hour < one.toHour);
      return active?.strength ?? 0;
    },
  };
}

/** A daily cycle: 1 at `peakHour`, -1 twelve hours away. */
export function dailyWave(moment: Moment, peakHour: number): number {
  return Math.cos((2 * Math.PI * (moment.hourOfDay - peakHour)) / 24);
}
