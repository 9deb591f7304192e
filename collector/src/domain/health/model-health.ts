import { formatCount, formatValue } from '../drift/describe.ts';
import type { Verdict } from '../drift/verdict.ts';
import type { Incident } from '../incident/incident.ts';
import { isMetric, strengthOf, type TrackedVerdict } from '../incident/tracked-verdict.ts';

/** Health of a model: the worst that is known of it now, and why. */
export interface ModelHealth {
  readonly verdict: Verdict;
  /** One sentence, the worst first. */
  readonly reason: string;
}

/**
 * The health of a model from its open incidents and its newest verdicts: one per field, and of each kind of performance the primary
 * metric's.
 *
 * An open incident is `critical` where a member's newest verdict is, else `warning`. Without one, a field or metric that is not ok makes the model
 * `warning`: nothing has persisted yet. `unknown` if no field could be judged.
 */
export function modelHealth(newest: readonly TrackedVerdict[], incidents: readonly Incident[]): ModelHealth {
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
    const name = isMetric(worst) ? `${worst.decision.statistic} ${worst.field}` : worst.field;
    return { verdict: 'warning', reason: `${name}${others} moved, not yet persistent: ${worst.reason}` };
  }
  const fields = newest.filter((verdict) => !isMetric(verdict));
  const judged = newest.filter(({ verdict }) => verdict === 'ok');
  if (judged.length > 0) return { verdict: 'ok', reason: describeOk(newest) };
  const first = fields[0] ?? newest[0];
  return { verdict: 'unknown', reason: first === undefined ? 'nothing judged yet' : `not judged: ${first.reason}` };
}

function describeIncident({ kind, from, members }: Incident): string {
  const [first, ...rest] = members;
  const fields =
    first === undefined ? '' : `: ${first.field}${rest.length > 0 ? ` and ${rest.length} more` : ''}, ${first.reason}`;
  return `${kind} since ${from.toISOString()}${fields}`;
}

function describeOk(newest: readonly TrackedVerdict[]): string {
  const fields = newest.filter((verdict) => !isMetric(verdict));
  const okFields = fields.filter(({ verdict }) => verdict === 'ok');
  const metrics = newest.filter((verdict) => isMetric(verdict) && verdict.verdict === 'ok');
  const parts = [
    ...(fields.length === 0 ? [] : [`${formatCount(okFields.length)} of ${formatCount(fields.length)} fields ok`]),
    ...metrics.map(({ decision: { statistic, value }, field }) => `${statistic} ${field} ${formatValue(value)} ok`),
  ];
  return `no incident; ${parts.join(', ')}`;
}

function byStrength(a: TrackedVerdict, b: TrackedVerdict): number {
  if (a.verdict !== b.verdict) return a.verdict === 'critical' ? -1 : 1;
  const strength = (verdict: TrackedVerdict): number => {
    const own = strengthOf(verdict);
    return Number.isFinite(own) ? own : 0;
  };
  return strength(b) - strength(a) || (a.field < b.field ? -1 : 1);
}
