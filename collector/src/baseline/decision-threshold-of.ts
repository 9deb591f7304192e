import type { ModelFile } from '../api/model-file.ts';
import { canonicalLabel } from '../domain/performance/canonical-label.ts';
import { predictionOutputsOf } from '../domain/performance/prediction-outputs.ts';
import { findThreshold } from '../domain/performance/reference-building/decision-threshold.ts';
import type { FieldColumns } from './field-column.ts';

/**
 * The threshold of a binary score, by the name of its field: the declared one, else the one that the decided class follows, else 0.5. Empty
 * where decisions do not follow from the score.
 */
export function decisionThresholdOf(columns: FieldColumns, { task, outputs }: ModelFile): ReadonlyMap<string, number> {
  const { field, decision, positive, threshold } = predictionOutputsOf(task, outputs);
  if (task !== 'binary' || field === undefined) return new Map();
  if (threshold !== undefined) return new Map([[field, threshold]]);
  const scores = columns.get(field);
  const decided = decision === undefined ? undefined : columns.get(decision);
  if (scores?.type !== 'numeric' || decided === undefined) return new Map();
  const rows = [...scores.values.keys()].filter((row) => Number.isFinite(scores.values[row]));
  const found = findThreshold(
    rows.map((row) => scores.values[row]!),
    rows.map((row) => Number(canonicalLabel(String(decided.values[row] ?? '')) === positive)),
  );
  return found === undefined ? new Map() : new Map([[field, found]]);
}
