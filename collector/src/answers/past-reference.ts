import { formatDuration } from '../api/duration.ts';
import type { ReferenceChoice } from '../api/drift.ts';
import type { JudgedReference } from '../domain/drift/judged-reference.ts';
import type { ObservedWindow } from '../domain/drift/merge-thin-windows.ts';
import type { Window } from '../domain/drift/observation.ts';
import type { Reference } from '../domain/drift/reference.ts';
import {
  type PastWindow,
  pickSeasonal,
  pickTrailing,
  referenceFromWindows,
  SEASONAL_WEEKS,
} from '../domain/drift/reference-from-windows.ts';
import type { JudgeSettings } from '../jobs/judge-settings.ts';
import type { ModelScope, Period } from '../store/store.ts';

const WEEK_MS = 7 * 86_400_000;

/** Where the past that a reference is made of begins, for questions from `from` on. */
export function lookBackMs(choice: ReferenceChoice, from: Date): number {
  switch (choice.kind) {
    case 'baseline':
      return from.getTime();
    case 'trailing':
      return from.getTime() - choice.lengthMs;
    case 'seasonal':
      return from.getTime() - SEASONAL_WEEKS * WEEK_MS;
    case 'pinned':
      return choice.from.getTime();
  }
}

/** The reference made of past windows for one judged window; undefined where there is too little past. */
export function chooseReference(
  choice: ReferenceChoice,
  past: readonly PastWindow[],
  judged: Window,
  baseline: Reference,
): JudgedReference | undefined {
  const chosen = chooseWindows(choice, past, judged);
  return chosen === undefined || chosen.length === 0
    ? undefined
    : referenceFromWindows(chosen, baseline, nameOf(choice));
}

function chooseWindows(
  choice: ReferenceChoice,
  past: readonly PastWindow[],
  judged: Window,
): readonly PastWindow[] | undefined {
  switch (choice.kind) {
    case 'baseline':
      return undefined;
    case 'trailing':
      return pickTrailing(past, judged, choice.lengthMs);
    case 'seasonal':
      return pickSeasonal(past, judged);
    case 'pinned':
      return past.filter(({ window }) => window.start >= choice.from && window.end <= choice.to);
  }
}

function nameOf(choice: ReferenceChoice): string {
  if (choice.kind === 'trailing') return `trailing:${formatDuration(choice.lengthMs)}`;
  if (choice.kind !== 'pinned') return choice.kind;
  return `pinned:${choice.from.toISOString()}/${choice.to.toISOString()}`;
}

/** Which windows must not enter a reference: judged critical, or within an incident. */
export async function markSuspects(
  { store }: JudgeSettings,
  scope: ModelScope,
  { from, to }: Period,
): Promise<(window: ObservedWindow) => boolean> {
  const verdicts = await store.readDrift({ ...scope, from, to, segment: '', reference: 'baseline' });
  const critical = verdicts.filter(({ verdict }) => verdict === 'critical').map(({ window }) => window);
  const incidents = (await store.readIncidents(scope)).map((incident): Window => {
    return { start: incident.from, end: incident.closedAt ?? to };
  });
  const suspect = [...critical, ...incidents];
  return ({ window }) => suspect.some(({ start, end }) => start < window.end && end > window.start);
}
