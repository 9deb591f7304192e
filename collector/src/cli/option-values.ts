import { InvalidArgumentError } from 'commander';

/** Reads a whole number of at least 1. */
export function readCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('A whole number of at least 1 is expected.');
}

/** Reads a port, 0 for any free one. */
export function readPort(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError('A port from 0 to 65535 is expected.');
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Reads a duration such as `30m`, `1h`, `7d` or `2w`, in milliseconds. */
export function readDuration(text: string): number {
  const match = /^([1-9]\d{0,5})([mhdw])$/.exec(text);
  if (match !== null) return Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? NaN);
  throw new InvalidArgumentError('A duration such as 30m, 1h, 7d or 2w is expected.');
}

/** Reads an instant in ISO 8601 (UTC where no zone is given), as ISO text in UTC. */
export function readInstant(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const [, date = '', time = '00:00', zone = 'Z'] = match ?? [];
  const timeMs = match === null ? NaN : Date.parse(`${date}T${time}${zone}`);
  if (Number.isFinite(timeMs)) return new Date(timeMs).toISOString();
  throw new InvalidArgumentError('An instant such as 2026-01-31T00:00:00Z is expected.');
}

/** Collects `key=value` options that may be given several times. */
export function collectPair(text: string, before: readonly string[] = []): readonly string[] {
  if (/^[^=]+=/.test(text)) return [...before, text];
  throw new InvalidArgumentError('key=value is expected, as channel=app.');
}
