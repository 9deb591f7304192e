import { canonicalLabel } from './canonical-label.ts';
import type { Task } from './metric.ts';

/** An output as the model file declares it. */
export interface DeclaredOutput {
  readonly name: string;
  readonly role: 'score' | 'label' | 'value' | 'other';
  readonly class?: string | undefined;
  readonly threshold?: number | undefined;
}

/** Which outputs of a model make the prediction that a label is compared with. */
export interface PredictionOutputs {
  readonly task: Task;
  /** Binary: the score of the positive class; regression: the value. Absent in multiclass, and where there is none. */
  readonly field?: string;
  /** Multiclass: the outputs that hold the score of each class, with its canonical label. */
  readonly classes: readonly { readonly label: string; readonly field: string }[];
  /** The output that holds the decided class. */
  readonly decision?: string;
  /** Binary: canonical label of the positive class. */
  readonly positive: string;
  /** Binary: a score at or above it is a positive decision. Absent where an output says what was decided. */
  readonly threshold?: number;
}

const DEFAULT_POSITIVE = '1';
const DEFAULT_THRESHOLD = 0.5;

/**
 * Finds the prediction among the outputs of a model file: the first with role `score`, else `value`; in multiclass every score with a
 * class. A binary decision is the declared threshold's, else that of the output with role `label`, else at 0.5.
 */
export function predictionOutputsOf(task: Task, outputs: readonly DeclaredOutput[]): PredictionOutputs {
  const scores = outputs.filter(({ role }) => role === 'score');
  const main = scores[0] ?? outputs.find(({ role }) => role === 'value');
  const decision = outputs.find(({ role }) => role === 'label')?.name;
  const positive = canonicalLabel(scores[0]?.class ?? DEFAULT_POSITIVE);
  const shared = { task, positive, ...(decision === undefined ? {} : { decision }) };
  if (task === 'multiclass') {
    const classes = scores.flatMap(({ name, class: label }) =>
      label === undefined ? [] : [{ label: canonicalLabel(label), field: name }],
    );
    return { ...shared, classes };
  }
  const threshold = scores[0]?.threshold ?? (decision === undefined ? DEFAULT_THRESHOLD : undefined);
  return {
    ...shared,
    classes: [],
    ...(main === undefined ? {} : { field: main.name }),
    ...(task === 'binary' && threshold !== undefined ? { threshold } : {}),
  };
}

/** Names of the outputs, beside the score, that have to be read to compare a prediction with its label. */
export function outputsToRead({ task, classes, decision, threshold }: PredictionOutputs): string[] {
  const decided = decision === undefined || (task === 'binary' && threshold !== undefined) ? [] : [decision];
  return task === 'regression' ? [] : [...classes.map(({ field }) => field), ...decided];
}
