import { OTHER_CATEGORY } from '@prumo/agent/profile';
import { canonicalLabel } from '../domain/performance/canonical-label.ts';
import type { PredictionOutputs } from '../domain/performance/prediction-outputs.ts';
import type { RowBatch } from './open-rows.ts';

/** Most classes that class scores are counted by, as in the agent; the others are `__other__`. */
const MAX_CLASSES = 64;

/** Tells the predicted class of rows, for the scores of a multiclass model that are counted by it. */
export interface PredictedClasses {
  /** Whether a field is the score of a class. */
  readonly isScore: (field: string) => boolean;
  /** Most classes that rows are counted by. */
  readonly limit: number;
  /** Predicted class of each row; empty where it cannot be told. Undefined where the batch has no class score. */
  readonly read: (batch: RowBatch) => readonly string[] | undefined;
}

/**
 * Predicted classes of a model: what the output with role `label` says, else the class of the greatest score. Undefined for a model that is not
 * multiclass.
 */
export function createPredictedClasses({ task, classes, decision }: PredictionOutputs): PredictedClasses | undefined {
  if (task !== 'multiclass' || classes.length < 2) return undefined;
  const fields = new Set(classes.map(({ field }) => field));
  const known = new Set(classes.slice(0, MAX_CLASSES).map(({ label }) => label));
  const nameOf = (label: string): string => (label === '' || known.has(label) ? label : OTHER_CATEGORY);
  return {
    isScore: (field) => fields.has(field),
    limit: known.size + 1,
    read: ({ columns, rowCount }) => {
      if (!classes.some(({ field }) => columns.has(field))) return undefined;
      const decided = decision === undefined ? undefined : columns.get(decision);
      const greatest = (row: number): string => {
        let best: { label: string; score: number } | undefined;
        for (const { label, field } of classes) {
          const score = columns.get(field)?.values[row];
          if (typeof score !== 'number' || !Number.isFinite(score)) return '';
          if (best === undefined || score > best.score) best = { label, score };
        }
        return best?.label ?? '';
      };
      const labelOf = (row: number): string => {
        if (decided === undefined) return greatest(row);
        const value = decided.values[row];
        return typeof value === 'string' || typeof value === 'number' ? canonicalLabel(String(value)) : '';
      };
      return Array.from({ length: rowCount }, (_, row) => nameOf(labelOf(row)));
    },
  };
}
