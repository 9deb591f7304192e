import type { FieldVerdict } from '../drift/verdict.ts';
import type { Window } from '../drift/observation.ts';
import { EMPTY_TRACK, type FieldTrack, firstOff, follow, isOff, persists } from './field-track.ts';
import type { Incident, IncidentMember } from './incident.ts';
import { kindOf } from './incident-kind.ts';

/** A verdict and the version that it is of; without one, of the only version. */
export type VersionedVerdict = FieldVerdict & { readonly version?: string };

/** The verdicts of one window, of all versions that served it. */
export interface JudgedWindow<V extends VersionedVerdict = VersionedVerdict> {
  readonly window: Window;
  readonly verdicts: readonly V[];
}

export interface FoldOptions {
  readonly model: string;
  readonly environment: string;
  /** When a version (empty: the only one) went live: what starts in its first 3 windows is `skew`. */
  readonly releaseAt?: (version: string) => Date | undefined;
  /** Largest q-value with which one window opens an incident alone (`levelFor(...).alone`). Default 1: effect alone decides. */
  readonly aloneLevel?: number;
}

/** Clean windows after which an incident closes. */
export const CLEAN_WINDOWS = 3;

interface Member {
  readonly strongest: VersionedVerdict;
  readonly detectedAt: Date;
  /** Newest window in which its version was judged. */
  readonly last: Window;
}

interface Open {
  readonly from: Window;
  readonly detectedAt: Date;
  readonly kind: Incident['kind'];
  readonly members: Map<string, Member>;
  clean: number;
}

/**
 * Folds the verdicts of a model's windows, in event order, into incidents.
 *
 * One opens when a field persists (not ok in 2 of its last 3 known windows, or in one at more than twice the critical limit), takes in
 * every field that persists while it is open, and closes after 3 clean windows: windows in which members are known and none is off.
 * Unknown verdicts neither open nor count as clean. Tracks start anew after a closing. Members are ranked by movement.
 *
 * Versions that serve at the same time are tracked apart, and a field of each is a member of its own. Once a version serves no more,
 * the others speak for its members, so that a roll-back closes what it ends. Windows that began before a closing are not looked at again.
 */
export function foldIncidents(windows: readonly JudgedWindow[], options: FoldOptions): Incident[] {
  const incidents: Incident[] = [];
  let tracks = new Map<string, FieldTrack>();
  let open: Open | undefined;
  let closedAt: Date | undefined;
  for (const { window, verdicts } of windows) {
    if (closedAt !== undefined && window.start < closedAt) continue;
    const persisting = advance(tracks, verdicts, options.aloneLevel ?? 1);
    if (open === undefined && persisting.length > 0) open = openIncident(window, persisting, tracks, options.releaseAt);
    if (open === undefined) continue;
    gather(open, window, verdicts, persisting);
    open.clean = countClean(open, window, verdicts);
    if (open.clean < CLEAN_WINDOWS) continue;
    closedAt = window.end;
    incidents.push(toIncident(open, options, closedAt));
    open = undefined;
    tracks = new Map();
  }
  if (open !== undefined) incidents.push(toIncident(open, options, null));
  return incidents;
}

/** A verdict belongs to one field of one version against one reference. */
function trackKey(verdict: VersionedVerdict): string {
  return `${fieldKey(verdict)} ${verdict.version ?? ''}`;
}

/** The same for all versions. */
function fieldKey({ role, field, predictionLabel, decision }: FieldVerdict): string {
  return JSON.stringify([role, field, predictionLabel ?? '', decision.reference]);
}

/** Moves the tracks one window on, and returns the verdicts that persist. */
function advance(
  tracks: Map<string, FieldTrack>,
  verdicts: readonly VersionedVerdict[],
  aloneLevel: number,
): VersionedVerdict[] {
  return verdicts.filter((verdict) => {
    const key = trackKey(verdict);
    const track = follow(tracks.get(key) ?? EMPTY_TRACK, verdict);
    tracks.set(key, track);
    return persists(track, verdict, aloneLevel);
  });
}

function openIncident(
  window: Window,
  persisting: readonly VersionedVerdict[],
  tracks: ReadonlyMap<string, FieldTrack>,
  releaseAt: FoldOptions['releaseAt'],
): Open {
  const startOf = (verdicts: readonly VersionedVerdict[]): Window =>
    verdicts
      .map((verdict) => firstOff(tracks.get(trackKey(verdict))!) ?? window)
      .reduce((first, start) => (start.start < first.start ? start : first));
  const strongest = persisting.reduce((most, verdict) => (strengthOf(verdict) > strengthOf(most) ? verdict : most));
  const began = startOf(persisting.filter(({ version }) => version === strongest.version));
  const kind = kindOf(began, strongest, releaseAt?.(strongest.version ?? ''));
  return { from: startOf(persisting), detectedAt: window.end, kind, members: new Map(), clean: 0 };
}

/** Adds fields that persist, and keeps the strongest verdict of those that are in. */
function gather(
  open: Open,
  window: Window,
  verdicts: readonly VersionedVerdict[],
  persisting: readonly VersionedVerdict[],
): void {
  for (const verdict of persisting) {
    const key = trackKey(verdict);
    if (!open.members.has(key)) open.members.set(key, { strongest: verdict, detectedAt: window.end, last: window });
  }
  for (const verdict of verdicts) {
    const key = trackKey(verdict);
    const member = open.members.get(key);
    if (member === undefined) continue;
    const isStronger = isOff(verdict) && strengthOf(verdict) > strengthOf(member.strongest);
    open.members.set(key, { ...member, last: window, strongest: isStronger ? verdict : member.strongest });
  }
}

function countClean(open: Open, window: Window, verdicts: readonly VersionedVerdict[]): number {
  const silent = new Set(
    [...open.members.values()].filter(({ last }) => isSilent(last, window)).map(({ strongest }) => fieldKey(strongest)),
  );
  const own = verdicts.filter((verdict) => open.members.has(trackKey(verdict)) || silent.has(fieldKey(verdict)));
  if (own.some(isOff)) return 0;
  return own.some(({ verdict }) => verdict === 'ok') ? open.clean + 1 : open.clean;
}

/** Whether a version that was last judged in one window is taken to serve no more: one of its windows has passed without it. */
function isSilent(last: Window, { start }: Window): boolean {
  return start.getTime() >= 2 * last.end.getTime() - last.start.getTime();
}

function strengthOf({ decision: { value, threshold } }: FieldVerdict): number {
  return threshold > 0 ? value / threshold : Infinity;
}

function toIncident(open: Open, { model, environment }: FoldOptions, closedAt: Date | null): Incident {
  const { start } = open.from;
  return {
    id: `${model}/${environment}/${start.toISOString()}`,
    model,
    environment,
    kind: open.kind,
    status: closedAt === null ? 'open' : 'closed',
    from: start,
    detectedAt: open.detectedAt,
    closedAt,
    members: [...open.members.values()].map(toMember).sort(byImpact),
  };
}

function toMember({ strongest, detectedAt }: Member): IncidentMember {
  const { field, version, decision, impact, reason } = strongest;
  const { statistic, value, threshold } = decision;
  const { movement } = impact;
  return { field, ...(version && { version }), statistic, value, threshold, movement, detectedAt, reason };
}

/** Greatest movement first; those without one after all others, by value over threshold; then by name and version. */
function byImpact(a: IncidentMember, b: IncidentMember): number {
  const movement = (b.movement ?? -1) - (a.movement ?? -1);
  if (movement !== 0) return movement;
  const strength = b.value * a.threshold - a.value * b.threshold;
  if (strength !== 0) return strength;
  if (a.field !== b.field) return a.field < b.field ? -1 : 1;
  return (a.version ?? '') < (b.version ?? '') ? -1 : 1;
}
