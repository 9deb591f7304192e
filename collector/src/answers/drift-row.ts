import type { DriftRow } from '../api/drift.ts';
import type { FieldVerdict } from '../domain/drift/verdict.ts';

/** What a verdict belongs to, beside its field and window. */
export interface RowContext {
  readonly version: string;
  readonly environment: string;
  readonly segment: Readonly<Record<string, string>>;
  readonly judgedAt: Date;
  /** Whether the question was not the model's own. */
  readonly adHoc: boolean;
}

/** A verdict as the interface shows it. */
export function toDriftRow(verdict: FieldVerdict, context: RowContext): DriftRow {
  const { value, threshold } = verdict.decision;
  return {
    window: { start: verdict.window.start.toISOString(), end: verdict.window.end.toISOString() },
    field: verdict.field,
    role: verdict.role,
    ...(verdict.predictionLabel === undefined || verdict.predictionLabel === ''
      ? {}
      : { predictionLabel: verdict.predictionLabel }),
    type: verdict.type,
    version: context.version,
    environment: context.environment,
    segment: { ...context.segment },
    rows: verdict.rows,
    profiled: verdict.profiled,
    missing: verdict.missing,
    invalid: verdict.invalid,
    unseen: verdict.unseen,
    outOfRange: verdict.outOfRange,
    statistics: definedStatistics(verdict),
    decision: { ...verdict.decision, value: finite(value), threshold: finite(threshold) },
    pValue: verdict.pValue,
    qValue: verdict.qValue,
    impact: { ...verdict.impact },
    verdict: verdict.verdict,
    reason: verdict.reason,
    judgedAt: context.judgedAt.toISOString(),
    adHoc: context.adHoc,
  };
}

function definedStatistics({ statistics }: FieldVerdict): Record<string, number | null> {
  const defined: Record<string, number | null> = {};
  for (const [name, value] of Object.entries(statistics)) if (value !== undefined) defined[name] = value;
  return defined;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
