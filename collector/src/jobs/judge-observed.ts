import { judgeWindow } from '../domain/drift/judge-window.ts';
import { type JudgedReference, prepareReference } from '../domain/drift/judged-reference.ts';
import type { ObservedField, Window } from '../domain/drift/observation.ts';
import type { Reference } from '../domain/drift/reference.ts';
import { computeStatistics } from '../domain/drift/statistics/compute-statistics.ts';
import type { FieldVerdict } from '../domain/drift/verdict.ts';
import type { JudgedVersion } from './observe-windows.ts';

const WEEK_MS = 7 * 86_400_000;

/** Preparing estimates the overdispersion of every field from its chunks: once per sealed baseline is enough. */
const prepared = new WeakMap<Reference, JudgedReference>();

/** What a window is judged by, where it is not the version's own. */
export interface JudgeOptions {
  /** Default: the version's baseline. */
  readonly against?: JudgedReference;
  /** Length of the windows that are judged. Default: that of the version's model file. */
  readonly windowMs?: number;
}

/** Judges one window by the rules of a version's model file; against its baseline unless told otherwise. */
export function judgeObserved(
  { modelFile, reference }: JudgedVersion,
  window: Window,
  observed: readonly ObservedField[],
  { against = baselineOf(reference), windowMs = modelFile.windows.driftMs }: JudgeOptions = {},
): FieldVerdict[] {
  return judgeWindow({
    window,
    reference: against,
    observed,
    computeStatistics,
    budget: { falsePerWeek: modelFile.alerts.falsePerWeek, windowsPerWeek: WEEK_MS / windowMs },
    thresholds: { model: modelFile.thresholds, fields: fieldThresholds(modelFile) },
    minRows: modelFile.minRows,
  });
}

function fieldThresholds({ inputs, outputs }: JudgedVersion['modelFile']) {
  return new Map(
    [...inputs, ...outputs].flatMap(({ name, thresholds }) =>
      thresholds === undefined ? [] : [[name, thresholds] as const],
    ),
  );
}

function baselineOf(reference: Reference): JudgedReference {
  const ready = prepared.get(reference) ?? prepareReference(reference);
  prepared.set(reference, ready);
  return ready;
}
