import type { FieldVerdict } from '../drift/verdict.ts';
import type { Window } from '../drift/observation.ts';
import { EMPTY_TRACK, type FieldTrack, firstOff, follow, isOff, persists } from './field-track.ts';
import type { Incident, IncidentMember } from './incident.ts';
import { kindOf } from './incident-kind.ts';

/** The verdicts of one window. */
export interface JudgedWindow {
  readonly window: Window;
  readonly verdicts: readonly FieldVerdict[];
}

export interface FoldOptions {
  readonly model: string;
  readonly environment: string;
  /** When the version went live: what starts in its first 3 windows is `skew`. */
  readonly releaseAt?: Date;
  /** Largest q-value with which one window opens an incident alone (`levelFor(...).alone`). Default 1: effect alone decides. */
  readonly aloneLevel?: number;
}

/** Clean windows after which an incident closes. */
export const CLEAN_WINDOWS = 3;

interface Member {
  readonly strongest: FieldVerdict;
  readonly detectedAt: Date;
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
 */
export function foldIncidents(windows: readonly JudgedWindow[], options: FoldOptions): Incident[] {
  const incidents: Incident[] = [];
  let tracks = new Map<string, FieldTrack>();
  let open: Open | undefined;
  for (const { window, verdicts } of windows) {
    const persisting = advance(tracks, verdicts, options.aloneLevel ?? 1);
    if (open === undefined && persisting.length > 0) open = openIncident(window, persisting, tracks, options.releaseAt);
    if (open === undefined) continue;
    gather(open, window, verdicts, persisting);
    open.clean = countClean(open, verdicts);
    if (open.clean < CLEAN_WINDOWS) continue;
    incidents.push(toIncident(open, options, window.end));
    open = undefined;
    tracks = new Map();
  }
  if (open !== undefined) incidents.push(toIncident(open, options, null));
  return incidents;
}

/** A verdict belongs to one field against one reference. */
function trackKey({ role, field, predictionLabel, decision }: FieldVerdict): string {
  return JSON.stringify([role, field, predictionLabel ?? '', decision.reference]);
}

/** Moves the tracks one window on, and returns the verdicts that persist. */
function advance(
  tracks: Map<string, FieldTrack>,
  verdicts: readonly FieldVerdict[],
  aloneLevel: number,
): FieldVerdict[] {
  return verdicts.filter((verdict) => {
    const key = trackKey(verdict);
    const track = follow(tracks.get(key) ?? EMPTY_TRACK, verdict);
    tracks.set(key, track);
    return persists(track, verdict, aloneLevel);
  });
}

function openIncident(
  window: Window,
  persisting: readonly FieldVerdict[],
  tracks: ReadonlyMap<string, FieldTrack>,
  releaseAt: Date | undefined,
): Open {
  const starts = persisting.map((verdict) => firstOff(tracks.get(trackKey(verdict))!) ?? window);
  const from = starts.reduce((first, start) => (start.start < first.start ? start : first));
  const strongest = persisting.reduce((most, verdict) => (strengthOf(verdict) > strengthOf(most) ? verdict : most));
  return { from, detectedAt: window.end, kind: kindOf(from, strongest, releaseAt), members: new Map(), clean: 0 };
}

/** Adds fields that persist, and keeps the strongest verdict of those that are in. */
function gather(
  open: Open,
  window: Window,
  verdicts: readonly FieldVerdict[],
  persisting: readonly FieldVerdict[],
): void {
  for (const verdict of persisting) {
    const key = trackKey(verdict);
    if (!open.members.has(key)) open.members.set(key, { strongest: verdict, detectedAt: window.end });
  }
  for (const verdict of verdicts) {
    const key = trackKey(verdict);
    const member = open.members.get(key);
    if (member === undefined || !isOff(verdict)) continue;
    if (strengthOf(verdict) > strengthOf(member.strongest)) open.members.set(key, { ...member, strongest: verdict });
  }
}

function countClean(open: Open, verdicts: readonly FieldVerdict[]): number {
  const own = verdicts.filter((verdict) => open.members.has(trackKey(verdict)));
  if (own.some(isOff)) return 0;
  return own.some(({ verdict }) => verdict === 'ok') ? open.clean + 1 : open.clean;
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
  const { field, decision, impact, reason } = strongest;
  const { statistic, value, threshold } = decision;
  return { field, statistic, value, threshold, movement: impact.movement, detectedAt, reason };
}

/** Greatest movement first; those without one after all others, by value over threshold; then by name. */
function byImpact(a: IncidentMember, b: IncidentMember): number {
  const movement = (b.movement ?? -1) - (a.movement ?? -1);
  if (movement !== 0) return movement;
  const strength = b.value * a.threshold - a.value * b.threshold;
  return strength !== 0 ? strength : a.field < b.field ? -1 : 1;
}
