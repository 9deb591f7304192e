import type { Window } from '../drift/observation.ts';
import { EMPTY_TRACK, type FieldTrack, firstOff, follow, isOff, persists } from './field-track.ts';
import type { Incident, IncidentMember } from './incident.ts';
import { kindOf } from './incident-kind.ts';
import { isMetric, strengthOf, type TrackedVerdict } from './tracked-verdict.ts';

/** The verdicts of one window, of all versions that served it. */
export interface JudgedWindow<V extends TrackedVerdict = TrackedVerdict> {
  readonly window: Window;
  readonly verdicts: readonly V[];
  /** When the verdicts were known, where that is long after the window: labels come late. Default: the end of the window. */
  readonly knownAt?: Date;
}

export interface FoldOptions {
  readonly model: string;
  readonly environment: string;
  /** Told apart by their names: incidents of drift, and those that labels prove. Default `drift`. */
  readonly source?: IncidentSource;
  /** When a version (empty: the only one) went live: what starts in its first 3 windows is `skew`. */
  readonly releaseAt?: (version: string) => Date | undefined;
  /** Largest q-value with which one window opens an incident alone (`levelFor(...).alone`). Default 1: effect alone decides. */
  readonly aloneLevel?: number;
}

/** Where incidents come from: `labels` are of windows long past, so they are followed apart. */
export type IncidentSource = 'drift' | 'labels';

/** Clean windows after which an incident closes. */
export const CLEAN_WINDOWS = 3;

interface Member {
  readonly strongest: TrackedVerdict;
  readonly detectedAt: Date;
  /** Newest window in which its version was judged. */
  readonly last: Window;
}

interface Open {
  readonly from: Window;
  readonly detectedAt: Date;
  readonly kind: Incident['kind'];
  readonly members: Map<string, Member>;
  /** Clean windows in a row, of fields and of metrics: these may be judged over longer windows. */
  readonly clean: { fields: number; metrics: number };
}

/**
 * Folds the verdicts of a model's windows, in event order, into incidents.
 *
 * One opens when a field persists (not ok in 2 of its last 3 known windows, or in one at more than twice the critical limit), takes in
 * every field that persists while it is open, and closes after 3 clean windows: windows in which members are known and none is off.
 * Unknown verdicts neither open nor count as clean. Tracks start anew after a closing. Members are ranked by movement.
 *
 * Versions that serve at the same time are tracked apart, and a field of each is a member of its own. Once a version serves no more,
 * the others speak for its members, so that a roll-back closes what it ends. Windows that began before a closing are not looked at again,
 * but for metrics of longer ones.
 */
export function foldIncidents(windows: readonly JudgedWindow[], options: FoldOptions): Incident[] {
  const incidents: Incident[] = [];
  let tracks = new Map<string, FieldTrack>();
  let open: Open | undefined;
  let closedAt: Date | undefined;
  for (const judged of windows) {
    const { window } = judged;
    const knownAt = judged.knownAt ?? window.end;
    const verdicts = closedAt === undefined ? judged.verdicts : verdictsAfter(judged, closedAt);
    if (verdicts.length === 0) continue;
    const persisting = advance(tracks, verdicts, options.aloneLevel ?? 1);
    if (open === undefined && persisting.length > 0) {
      open = openIncident({ window, knownAt }, persisting, tracks, options.releaseAt);
    }
    if (open === undefined) continue;
    gather(open, { window, knownAt }, verdicts, persisting);
    countClean(open, window, verdicts);
    if (!isClean(open)) continue;
    closedAt = window.end;
    incidents.push(toIncident(open, options, closedAt));
    open = undefined;
    tracks = new Map();
  }
  if (open !== undefined) incidents.push(toIncident(open, options, null));
  return incidents;
}

/**
 * What a window says after a closing: all of it if it began then. Of a longer window that only ended then, the metrics: they are judged over
 * longer windows than fields, and what they say is new.
 */
export function verdictsAfter<V extends TrackedVerdict>(
  { window, verdicts }: JudgedWindow<V>,
  closedAt: Date,
): readonly V[] {
  if (window.start >= closedAt) return verdicts;
  return window.end > closedAt ? verdicts.filter(isMetric) : [];
}

/** A verdict belongs to one field of one version against one reference. */
function trackKey(verdict: TrackedVerdict): string {
  return `${fieldKey(verdict)} ${verdict.version ?? ''}`;
}

/** The same for all versions. */
function fieldKey({ role, field, predictionLabel, decision }: TrackedVerdict): string {
  return JSON.stringify([role, field, predictionLabel ?? '', decision.reference]);
}

/** Moves the tracks one window on, and returns the verdicts that persist. */
function advance(
  tracks: Map<string, FieldTrack>,
  verdicts: readonly TrackedVerdict[],
  aloneLevel: number,
): TrackedVerdict[] {
  return verdicts.filter((verdict) => {
    const key = trackKey(verdict);
    const track = follow(tracks.get(key) ?? EMPTY_TRACK, verdict);
    tracks.set(key, track);
    return persists(track, verdict, aloneLevel);
  });
}

/** A window, and when its verdicts were known. */
interface Known {
  readonly window: Window;
  readonly knownAt: Date;
}

function openIncident(
  { window, knownAt }: Known,
  persisting: readonly TrackedVerdict[],
  tracks: ReadonlyMap<string, FieldTrack>,
  releaseAt: FoldOptions['releaseAt'],
): Open {
  const fromOf = (verdict: TrackedVerdict): Window => firstOff(tracks.get(trackKey(verdict))!) ?? window;
  const from = persisting.map(fromOf).reduce((first, start) => (start.start < first.start ? start : first));
  const kind = kindOf(persisting, fromOf, ({ version }) => releaseAt?.(version ?? ''));
  return { from, detectedAt: knownAt, kind, members: new Map(), clean: { fields: 0, metrics: 0 } };
}

/** Adds fields that persist, and keeps the strongest verdict of those that are in. */
function gather(
  open: Open,
  { window, knownAt }: Known,
  verdicts: readonly TrackedVerdict[],
  persisting: readonly TrackedVerdict[],
): void {
  for (const verdict of persisting) {
    const key = trackKey(verdict);
    if (!open.members.has(key)) open.members.set(key, { strongest: verdict, detectedAt: knownAt, last: window });
  }
  for (const verdict of verdicts) {
    const key = trackKey(verdict);
    const member = open.members.get(key);
    if (member === undefined) continue;
    const isStronger = isOff(verdict) && strengthOf(verdict) > strengthOf(member.strongest);
    open.members.set(key, { ...member, last: window, strongest: isStronger ? verdict : member.strongest });
  }
}

function countClean(open: Open, window: Window, verdicts: readonly TrackedVerdict[]): void {
  const silent = new Set(
    [...open.members.values()].filter(({ last }) => isSilent(last, window)).map(({ strongest }) => fieldKey(strongest)),
  );
  const own = verdicts.filter((verdict) => open.members.has(trackKey(verdict)) || silent.has(fieldKey(verdict)));
  for (const kind of ['fields', 'metrics'] as const) {
    const ofKind = own.filter((verdict) => isMetric(verdict) === (kind === 'metrics'));
    if (ofKind.some(isOff)) open.clean[kind] = 0;
    else if (ofKind.some(({ verdict }) => verdict === 'ok')) open.clean[kind]++;
  }
}

/** Whether all that moved has been clean for long enough. */
function isClean({ members, clean }: Open): boolean {
  const metrics = [...members.values()].filter(({ strongest }) => isMetric(strongest)).length;
  const needed = { fields: members.size > metrics, metrics: metrics > 0 };
  return (['fields', 'metrics'] as const).every((kind) => !needed[kind] || clean[kind] >= CLEAN_WINDOWS);
}

/** Whether a version that was last judged in one window is taken to serve no more: one of its windows has passed without it. */
function isSilent(last: Window, { start }: Window): boolean {
  return start.getTime() >= 2 * last.end.getTime() - last.start.getTime();
}

function toIncident(
  open: Open,
  { model, environment, source = 'drift' }: FoldOptions,
  closedAt: Date | null,
): Incident {
  const { start } = open.from;
  return {
    id: `${incidentPrefix({ model, environment, source })}${start.toISOString()}`,
    model,
    environment,
    kind: open.kind,
    status: closedAt === null ? 'open' : 'closed',
    from: start,
    detectedAt: open.detectedAt,
    closedAt,
    members: [...open.members.values()].sort(byImpact).map(toMember),
  };
}

/** What the ids of a model's incidents from one source begin with. */
function incidentPrefix({
  model,
  environment,
  source,
}: Required<Pick<FoldOptions, 'model' | 'environment' | 'source'>>) {
  return `${model}/${environment}/${source === 'labels' ? 'labels/' : ''}`;
}

/** Where an incident comes from, as its id says. */
export function sourceOf({ id, model, environment }: Pick<Incident, 'id' | 'model' | 'environment'>): IncidentSource {
  return id.startsWith(incidentPrefix({ model, environment, source: 'labels' })) ? 'labels' : 'drift';
}

function toMember({ strongest, detectedAt }: Member): IncidentMember {
  const { field, version, decision, impact, reason } = strongest;
  const { statistic, value, threshold } = decision;
  const { movement } = impact;
  return { field, ...(version && { version }), statistic, value, threshold, movement, detectedAt, reason };
}

/** Greatest movement first; those without one after all others, by how far they are beyond their limit; then by name and version. */
function byImpact({ strongest: a }: Member, { strongest: b }: Member): number {
  const movement = (b.impact.movement ?? -1) - (a.impact.movement ?? -1);
  if (movement !== 0) return movement;
  const strength = strengthOf(b) - strengthOf(a);
  if (strength !== 0 && !Number.isNaN(strength)) return strength;
  if (a.field !== b.field) return a.field < b.field ? -1 : 1;
  return (a.version ?? '') < (b.version ?? '') ? -1 : 1;
}
