/** `2026-01-31` for a day, else start and end without what they share. */
export function shortPeriod(start: string, end: string): string {
  const [from = '', to = ''] = [start, end].map((instant) => instant.slice(0, 16).replace('T', ' '));
  const days = (Date.parse(end) - Date.parse(start)) / 86_400_000;
  if (from.endsWith('00:00') && days === 1) return from.slice(0, 10);
  return from.slice(0, 10) === to.slice(0, 10) ? `${from}-${to.slice(11)}` : `${from} - ${to}`;
}
