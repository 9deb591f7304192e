import type { DecisionCells } from './cells.ts';
import type { FieldResponse } from './reference.ts';
import type { Impact } from './verdict.ts';

const NO_IMPACT: Impact = { shift: null, movement: null, method: 'none', low: null, high: null };

/**
 * The effect of a field's drift on predictions, from the response f of each cell and the shares r (reference) and c (window):
 * shift = sum (c - r) f; movement = 1/2 sum |c - r| |f - mean f|, the mean taken under the reference.
 *
 * A cell that moved and has no response may answer anything within the score's range: `low` and `high` bound the shift, both equal
 * to it where all are known; `shift` and `movement` then take such a cell at the middle of the range and the method is `interval`.
 * Without any response there is the interval alone. Without a range, or without rows, nothing is known: `none`.
 */
export function impactOf(
  { keys, reference, observed }: DecisionCells,
  response: FieldResponse | undefined,
  scoreRange: { readonly low: number; readonly high: number } | undefined,
): Impact {
  const r = toShares(reference);
  const c = toShares(observed);
  if (r === undefined || c === undefined) return NO_IMPACT;
  const answers = response?.cells ?? {};
  const f = keys.map((key) => answers[key]).map((value) => (Number.isFinite(value) ? value : undefined));
  const isOpen = f.some((value, k) => value === undefined && (r[k]! > 0 || c[k]! > 0));
  if (isOpen && scoreRange === undefined) return NO_IMPACT;
  const known = (value: number | undefined, otherwise: number): number => value ?? otherwise;
  const { low, high } = scoreRange ?? { low: 0, high: 0 };
  const middle = (low + high) / 2;
  let mean = 0;
  let shift = 0;
  let lowest = 0;
  let highest = 0;
  for (let k = 0; k < f.length; k++) {
    const moved = c[k]! - r[k]!;
    mean += r[k]! * known(f[k], middle);
    shift += moved * known(f[k], middle);
    lowest += moved * known(f[k], moved > 0 ? low : high);
    highest += moved * known(f[k], moved > 0 ? high : low);
  }
  let movement = 0;
  if (response === undefined) return { shift: null, movement: null, method: 'interval', low: lowest, high: highest };
  for (let k = 0; k < f.length; k++) movement += Math.abs(c[k]! - r[k]!) * Math.abs(known(f[k], middle) - mean);
  return { shift, movement: movement / 2, method: isOpen ? 'interval' : response.method, low: lowest, high: highest };
}

function toShares(counts: Float64Array): Float64Array | undefined {
  let total = 0;
  for (let k = 0; k < counts.length; k++) total += counts[k]!;
  if (!(total > 0) || !Number.isFinite(total)) return undefined;
  const shares = new Float64Array(counts.length);
  for (let k = 0; k < counts.length; k++) shares[k] = counts[k]! / total;
  return shares;
}
