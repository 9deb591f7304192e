/**
 * One text for labels that mean the same: numbers in their shortest form (`1.0` is `1`), `true` and `false` as `1` and `0`; other text
 * as it is.
 */
export function canonicalLabel(text: string): string {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  if (lower === 'true') return '1';
  if (lower === 'false') return '0';
  if (trimmed === '') return trimmed;
  const number = Number(trimmed);
  return Number.isFinite(number) ? String(number === 0 ? 0 : number) : trimmed;
}
