import { HOUR_MS } from './moment.ts';

/** An instant of the simulated month, as `06-23 02:00` (UTC). */
export function shortTime(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(5, 16).replace('T', ' ');
}

/** Time from one instant to another, in hours up to five days and in days beyond. */
export function hoursBetween(from: string, to: string | null): string {
  if (to === null) return '-';
  const hours = (Date.parse(to) - Date.parse(from)) / HOUR_MS;
  return hours <= 120 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
}

/** Every line a little to the right. */
export function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
