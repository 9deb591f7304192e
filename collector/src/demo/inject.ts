import type { Fault, KnownIncident } from './incidents.ts';
import type { Random } from './random.ts';

/** What a faulty field shows in place of the true value. */
export type Corruption = (value: number | string, random: Random) => number | string;

/** Whether the incident affects the hour (hours from the start of the live traffic). */
export function isActive(incident: KnownIncident, hour: number): boolean {
  return hour >= incident.fromHour && hour < incident.toHour;
}

/**
 * The corruption of one field in one hour of an active incident.
 *
 * @param referenceDeviation standard deviation of the field in the reference; used by a slow shift only.
 */
export function corruptionAt(incident: KnownIncident, hour: number, referenceDeviation: () => number): Corruption {
  const fault: Fault = incident.fault;
  switch (fault.kind) {
    case 'unit change':
      return (value) => Number(value) * fault.factor;
    case 'missing feature':
      return (value, random) => (random.chance(fault.share) ? NaN : value);
    case 'new category':
      return (value, random) => (random.chance(fault.share) ? fault.category : value);
    case 'slow shift': {
      const dayOfIncident = Math.floor((hour - incident.fromHour) / 24) + 1;
      const shift = dayOfIncident * fault.deviationsPerDay * referenceDeviation();
      return (value) => Number(value) + shift;
    }
    case 'frozen feature':
      return () => fault.value;
  }
}
