import type { Incident } from '../domain/incident/incident.ts';
import type { KnownChange } from './changes.ts';
import type { KnownIncident } from './incidents.ts';
import { HOUR_MS } from './moment.ts';

/** What became of one known incident. Times are event times; what was not found is null. */
export interface Finding {
  readonly id: string;
  readonly field: string;
  /** Kind of the incident that Prumo opened. */
  readonly kind: string | null;
  /** When it was put in. */
  readonly from: string;
  /** End of the window at which Prumo opened its incident; at which the field joined it, where that had opened before. */
  readonly detectedAt: string | null;
  readonly statistic: string | null;
  readonly value: number | null;
  readonly threshold: number | null;
}

/** Known incidents against the incidents that Prumo opened on one model. */
export interface Outcome {
  readonly findings: readonly Finding[];
  /** Incidents that Prumo opened where nothing had been put in. */
  readonly falseAlarms: readonly Incident[];
}

/** Something that was put in: a fault upstream of the model, or a change of the world. */
export type Known = KnownIncident | KnownChange;

/**
 * Compares what was put into a model's traffic with what Prumo found.
 *
 * A known incident is found when an incident that opened, or that its field joined, while it was under way names its field. An
 * incident whose deciding window touches nothing known is a false alarm.
 *
 * @param changes Changes of the world, which move fields too.
 */
export function compareIncidents(
  known: readonly KnownIncident[],
  opened: readonly Incident[],
  start: Date,
  windowMs: number,
  changes: readonly KnownChange[] = [],
): Outcome {
  const isDuring = (at: Date, one: Known): boolean => touches(one, start, at.getTime() - windowMs, at.getTime());
  return {
    findings: known.map((incident) => find(incident, opened, start, isDuring)),
    falseAlarms: opened.filter((one) => ![...known, ...changes].some((put) => isDuring(one.detectedAt, put))),
  };
}

/** Start and end of what was put in, in milliseconds since 1970. */
export function timesOf(
  known: Pick<Known, 'fromHour' | 'toHour'>,
  start: Date,
): { readonly from: number; readonly to: number } {
  return { from: start.getTime() + known.fromHour * HOUR_MS, to: start.getTime() + known.toHour * HOUR_MS };
}

/** Whether the window [fromMs, toMs) holds a part of it. */
export function touches(known: Known, start: Date, fromMs: number, toMs: number): boolean {
  const { from, to } = timesOf(known, start);
  return toMs > from && fromMs < to;
}

function find(
  known: KnownIncident,
  opened: readonly Incident[],
  start: Date,
  isDuring: (at: Date, incident: Known) => boolean,
): Finding {
  const base = { id: known.id, field: known.field, from: new Date(timesOf(known, start).from).toISOString() };
  for (const incident of opened) {
    const own = incident.members.filter(({ field }) => field === known.field);
    const didOpen = isDuring(incident.detectedAt, known);
    const member = didOpen ? own[0] : own.find((one) => isDuring(one.detectedAt, known));
    if (member === undefined) continue;
    return {
      ...base,
      kind: incident.kind,
      detectedAt: (didOpen ? incident : member).detectedAt.toISOString(),
      statistic: member.statistic,
      value: member.value,
      threshold: member.threshold,
    };
  }
  return { ...base, kind: null, detectedAt: null, statistic: null, value: null, threshold: null };
}
