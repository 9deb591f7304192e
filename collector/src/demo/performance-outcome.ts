import type { PerformanceRow } from '../api/performance.ts';
import { PERSISTENCE } from '../domain/drift/level.ts';
import { sourceOf } from '../domain/incident/fold-incidents.ts';
import type { Incident, IncidentKind } from '../domain/incident/incident.ts';
import { METRIC_STATISTICS } from '../domain/incident/tracked-verdict.ts';
import type { KnownChange } from './changes.ts';
import { timesOf, touches, type Known } from './outcome.ts';

/** What became of a model's performance while something known went on. Times are event times; what was not seen is null. */
export interface PerformanceFinding {
  /** Id of what was put in. */
  readonly id: string;
  readonly cause: string;
  readonly from: string;
  /** The primary metric. */
  readonly metric: string;
  /** Over the labeled rows of the baseline. */
  readonly expected: number | null;
  /** End of the window at which the estimate, without labels, persisted beyond its limits. */
  readonly estimatedAt: string | null;
  readonly estimated: number | null;
  /** When labels had proved it. */
  readonly provenAt: string | null;
  readonly realized: number | null;
  /** Kind of the incident that labels proved; before they did, of the one that the estimate is in. */
  readonly kind: IncidentKind | null;
  /** Whether it was seen as it should be: concept drift by labels alone, harder cases by the estimate before the labels. */
  readonly asExpected: boolean;
}

/** What was seen of a model's performance. */
export interface PerformanceOutcome {
  readonly performance: readonly PerformanceFinding[];
  /** Incidents of performance where nothing had been put in. */
  readonly performanceFalseAlarms: readonly Incident[];
}

/** What Prumo knows of one model at the end. */
export interface SeenPerformance {
  readonly incidents: readonly Incident[];
  /** Rows of kind estimated and realized. */
  readonly rows: readonly PerformanceRow[];
}

/**
 * Compares what was put in with what Prumo said of the model's performance: a line for every change of the world, and for every fault
 * that cost so much that the estimate or the labels showed it.
 *
 * An incident of metrics is a false alarm where the window that decided about it touches nothing known.
 */
export function comparePerformance(
  faults: readonly Known[],
  changes: readonly KnownChange[],
  seen: SeenPerformance,
  start: Date,
  windowMs: number,
): PerformanceOutcome {
  const all = [...faults, ...changes].sort((a, b) => a.fromHour - b.fromHour);
  const isKnown = (incident: Incident): boolean => {
    const [fromMs, toMs] = decidedIn(incident, windowMs);
    return all.some((known) => touches(known, start, fromMs, toMs));
  };
  const isChange = (known: Known): boolean => changes.some(({ id }) => id === known.id);
  return {
    performance: all
      .map((known) => find(known, seen, start, windowMs))
      .filter((finding, i) => isChange(all[i]!) || finding.estimatedAt !== null || finding.provenAt !== null),
    performanceFalseAlarms: seen.incidents.filter((one) => isOfPerformance(one) && !isKnown(one)),
  };
}

/** Whether an incident is of metrics alone: what labels prove, and what the estimate says while no field moves. */
export function isOfPerformance(incident: Incident): boolean {
  return sourceOf(incident) === 'labels' || incident.members.every(({ statistic }) => isMetricName(statistic));
}

/**
 * When the window lay that opened an incident. Labels prove it long after, and it begins with the first bad window of those that
 * persistence looks at: any of these can have been the one.
 */
function decidedIn(incident: Incident, windowMs: number): [fromMs: number, toMs: number] {
  if (sourceOf(incident) === 'drift') return [incident.detectedAt.getTime() - windowMs, incident.detectedAt.getTime()];
  return [incident.from.getTime(), incident.from.getTime() + PERSISTENCE.windows * windowMs];
}

function isMetricName(statistic: string): boolean {
  return Object.values(METRIC_STATISTICS).some((own) => own === statistic);
}

function find(known: Known, { incidents, rows }: SeenPerformance, start: Date, windowMs: number): PerformanceFinding {
  const isDuring = (fromMs: number): boolean => touches(known, start, fromMs, fromMs + windowMs);
  const own = rows.filter(({ window, mature }) => mature && isDuring(Date.parse(window.start)));
  const proof = incidents.find(
    (one) => sourceOf(one) === 'labels' && touches(known, start, ...decidedIn(one, windowMs)),
  );
  const proven = proof && own.find(({ kind, verdict }) => kind === 'realized' && isOff(verdict));
  const estimate = findEstimate(incidents, isDuring, windowMs);
  const estimated = estimate && own.find(({ kind, window }) => kind === 'estimated' && isEnd(window.end, estimate.at));
  const shown = proven ?? estimated ?? own[0];
  const finding = {
    id: known.id,
    cause: causeOf(known),
    from: new Date(timesOf(known, start).from).toISOString(),
    metric: shown?.primary ?? '',
    expected: metricOf(shown, 'expected'),
    estimatedAt: textOf(estimate?.at),
    estimated: metricOf(estimated, 'value'),
    provenAt: textOf(proof?.detectedAt),
    realized: metricOf(proven, 'value'),
    kind: (proof ?? estimate)?.kind ?? null,
  };
  return { ...finding, asExpected: isAsExpected(finding) };
}

function textOf(at: Date | undefined): string | null {
  return at === undefined ? null : at.toISOString();
}

/** Of the primary metric. */
function metricOf(row: PerformanceRow | undefined, name: 'value' | 'expected'): number | null {
  return row?.metrics[row.primary]?.[name] ?? null;
}

/** When the estimate first persisted beyond its limits, and in an incident of which kind. */
function findEstimate(
  incidents: readonly Incident[],
  isDuring: (fromMs: number) => boolean,
  windowMs: number,
): { readonly at: Date; readonly kind: IncidentKind } | undefined {
  const seen = incidents.flatMap(({ kind, members }) =>
    members
      .filter(({ statistic }) => statistic === METRIC_STATISTICS.estimated)
      .map(({ detectedAt }) => ({ at: detectedAt, kind })),
  );
  return seen.sort((a, b) => a.at.getTime() - b.at.getTime()).find(({ at }) => isDuring(at.getTime() - windowMs));
}

/** Concept drift is for labels to find, and for nothing else; what the scores show, the estimate has to see before the labels. */
function isAsExpected({ cause, estimatedAt, provenAt, kind }: Omit<PerformanceFinding, 'asExpected'>): boolean {
  if (cause === 'concept drift') return estimatedAt === null && provenAt !== null && kind === 'concept drift';
  if (cause === 'harder cases') return estimatedAt !== null && provenAt !== null && estimatedAt < provenAt;
  return true;
}

function causeOf(known: Known): string {
  return 'fault' in known ? known.fault.kind : known.kind;
}

function isOff(verdict: PerformanceRow['verdict']): boolean {
  return verdict === 'warning' || verdict === 'critical';
}

function isEnd(end: string, at: Date): boolean {
  return Date.parse(end) === at.getTime();
}
