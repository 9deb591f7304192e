import type { Cell } from './data-batch.ts';

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
/** Numbers below are seconds since 1970 (until the year 5138), from here on milliseconds. */
const FIRST_MILLISECONDS = 1e11;

/**
 * The instant of a cell in milliseconds since 1970 UTC: ISO 8601 (a date, or date and time; UTC where no zone is given),
 * seconds or milliseconds since 1970, or a Parquet time. NaN for anything else.
 */
export function readTimeMs(cell: Cell): number {
  if (cell === null) return NaN;
  if (cell instanceof Date) return cell.getTime();
  if (typeof cell === 'string') return parseTime(cell.trim());
  return typeof cell === 'boolean' ? NaN : fromEpoch(Number(cell));
}

/** What `readTimeMs` reads, for messages. */
export const TIMES_ALLOWED = 'ISO 8601 as 2026-01-31T00:00:00Z, or seconds or milliseconds since 1970, is allowed';

function parseTime(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return /^\d{9,14}(?:\.\d+)?$/.test(text) ? fromEpoch(Number(text)) : NaN;
  const [, date = '', time, zone = 'Z'] = match;
  if (time === undefined) return Date.parse(`${date}T00:00:00Z`);
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return Date.parse(`${date}T${time.replace(',', '.')}${offset}`);
}

function fromEpoch(value: number): number {
  return Math.abs(value) < FIRST_MILLISECONDS ? value * 1000 : value;
}
