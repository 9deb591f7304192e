import { foldIncidents, verdictsAfter, type FoldOptions, type JudgedWindow } from './fold-incidents.ts';
import type { Incident } from './incident.ts';

/**
 * Folds the newest verdicts again, and keeps what people were told before.
 *
 * - A closed incident stays as it was, and its windows are no longer looked at: a revision never re-opens it.
 * - An incident that was open keeps its id and the time of its detection, whatever else the revised verdicts say; one that they no longer
 *   support at all is closed at the end of the newest window.
 * - New ones are added. An incident still open where the windows of a closed one begin ends there.
 *
 * @returns all incidents, in order of `from`; the function applied to its own result changes nothing
 */
export function reconcileIncidents(
  windows: readonly JudgedWindow[],
  previous: readonly Incident[],
  options: FoldOptions,
): Incident[] {
  const closed = previous.filter((incident) => incident.closedAt !== null).sort(byStart);
  const folded = splitAround(windows, closed).flatMap(({ part, nextFrom }) =>
    foldIncidents(part, options).map((incident) => (nextFrom === undefined ? incident : endBy(incident, nextFrom))),
  );
  const open = previous.filter((incident) => incident.closedAt === null).sort(byStart);
  const known = new Set(closed.map(({ id }) => id));
  const current = keepIdentities(
    folded.filter(({ id }) => !known.has(id)),
    open,
  );
  const kept = new Set(current.map(({ id }) => id));
  const lost = open.filter(({ id }) => !kept.has(id)).map((incident) => withdraw(incident, windows));
  return [...closed, ...current, ...lost].sort(byStart);
}

interface Part {
  readonly part: readonly JudgedWindow[];
  /** Start of the closed incident that follows. */
  readonly nextFrom?: Date;
}

/** The windows before, between and after the closed incidents. */
function splitAround(windows: readonly JudgedWindow[], closed: readonly Incident[]): Part[] {
  const parts: Part[] = [];
  let rest = windows;
  for (const { from, closedAt } of closed) {
    parts.push({ part: rest.filter(({ window }) => window.start < from), nextFrom: from });
    rest = rest
      .map((judged) => ({ ...judged, verdicts: verdictsAfter(judged, closedAt!) }))
      .filter(({ verdicts }) => verdicts.length > 0);
  }
  return [...parts, { part: rest }];
}

function endBy(incident: Incident, end: Date): Incident {
  return incident.closedAt === null ? { ...incident, status: 'closed', closedAt: end } : incident;
}

/**
 * Incidents, in order of `from`, with the identity of the open one that each continues: the one whose time it shares.
 *
 * An open one is continued once: by the incident of its own name, else by the first that shares its time.
 */
function keepIdentities(folded: readonly Incident[], open: readonly Incident[]): Incident[] {
  const names = new Set(folded.map(({ id }) => id));
  const free = new Set(open.filter(({ id }) => !names.has(id)));
  return folded.map((incident) => {
    const before = open.find(({ id }) => id === incident.id) ?? [...free].find((one) => continues(incident, one));
    if (before === undefined) return incident;
    free.delete(before);
    return { ...incident, id: before.id, from: earlier(before.from, incident.from), detectedAt: before.detectedAt };
  });
}

function continues(incident: Incident, { from, detectedAt }: Incident): boolean {
  const isAtItsOpening = incident.from < detectedAt && (incident.closedAt === null || incident.closedAt > from);
  return isAtItsOpening || (incident.from >= from && incident.closedAt === null);
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

/**
 * Closes an incident that the verdicts no longer support, as far as they reach to when it was detected. What labels prove is known in any
 * order: such an incident ends with its first window, so that those after it are still looked at.
 */
function withdraw(incident: Incident, windows: readonly JudgedWindow[]): Incident {
  const newest = windows.at(-1)?.window.end;
  const known = windows.map(({ window, knownAt }) => (knownAt ?? window.end).getTime());
  if (newest === undefined || Math.max(...known) < incident.detectedAt.getTime()) return incident;
  const first = windows.find(({ window, knownAt }) => knownAt !== undefined && window.start >= incident.from);
  return { ...incident, status: 'closed', closedAt: first?.window.end ?? newest };
}

function byStart(a: Incident, b: Incident): number {
  return a.from.getTime() - b.from.getTime() || (a.id < b.id ? -1 : 1);
}
