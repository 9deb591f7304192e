import { formatCount } from '../drift/describe.ts';
import type { FieldVerdict, Verdict } from '../drift/verdict.ts';
import type { Incident } from '../incident/incident.ts';

/** Health of a model: the worst that is known of it now, and why. */
export interface ModelHealth {
  readonly verdict: Verdict;
  /** One sentence, the worst first. */
  readonly reason: string;
}

/**
 * The health of a model from its open incidents and its newest verdicts (one per field).
 *
 * An open incident is `critical` where a member's newest verdict is, else `warning`. Without one, a field that is not ok makes the model
 * `warning`: nothing has persisted yet. `unknown` if no field could be judged.
 */
export function modelHealth(newest: readonly FieldVerdict[], incidents: readonly Incident[]): ModelHealth {
  const open = incidents.filter(({ status }) => status === 'open');
  const off = newest.filter(({ verdict }) => verdict === 'warning' || verdict === 'critical').sort(byStrength);
  if (open.length > 0) {
    const members = new Set(open.flatMap((incident) => incident.members.map(({ field }) => field)));
    const isCritical = off.some(({ field, verdict }) => verdict === 'critical' && members.has(field));
    return { verdict: isCritical ? 'critical' : 'warning', reason: open.map(describeIncident).join('; ') };
  }
  const worst = off[0];
  if (worst !== undefined) {
    const others = off.length > 1 ? ` and ${formatCount(off.length - 1)} more` : '';
    return { verdict: 'warning', reason: `${worst.field}${others} moved, not yet persistent: ${worst.reason}` };
  }
  const judged = newest.filter(({ verdict }) => verdict === 'ok');
  if (judged.length > 0) {
    return {
      verdict: 'ok',
      reason: `no incident; ${formatCount(judged.length)} of ${formatCount(newest.length)} fields ok`,
    };
  }
  const first = newest[0];
  return { verdict: 'unknown', reason: first === undefined ? 'nothing judged yet' : `not judged: ${first.reason}` };
}

function describeIncident({ kind, from, members }: Incident): string {
  const [first, ...rest] = members;
  const fields =
    first === undefined ? '' : `: ${first.field}${rest.length > 0 ? ` and ${rest.length} more` : ''}, ${first.reason}`;
  return `${kind} since ${from.toISOString()}${fields}`;
}

function byStrength(a: FieldVerdict, b: FieldVerdict): number {
  if (a.verdict !== b.verdict) return a.verdict === 'critical' ? -1 : 1;
  const strength = ({ decision: { value, threshold } }: FieldVerdict): number =>
    threshold > 0 ? value / threshold : 0;
  return strength(b) - strength(a) || (a.field < b.field ? -1 : 1);
}
