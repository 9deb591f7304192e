import type { FieldLayout, VersionLayouts } from '../export/layouts-answer.ts';

/** What of a multiclass model tells which class was predicted. */
export interface ClassScores {
  /** In the order of the layouts. */
  readonly scores: readonly ClassScore[];
  /** The output that says which class was predicted, where there is one. */
  readonly decision: FieldLayout | undefined;
}

/** The score of a class. */
export interface ClassScore extends FieldLayout {
  readonly predictionLabel: string;
}

const NO_SCORES: readonly ClassScore[] = [];

/** The class scores of a version: numeric outputs with the role of a score and a class each. Fewer than two are none. */
export function classScoresOf(layouts: VersionLayouts | undefined): ClassScores {
  const scores = layouts?.fields.filter(isClassScore) ?? NO_SCORES;
  const decision = layouts?.fields.find(({ role, outputRole }) => role === 'output' && outputRole === 'label');
  return { scores: scores.length < 2 ? NO_SCORES : scores, decision };
}

function isClassScore(field: FieldLayout): field is ClassScore {
  const { role, type, outputRole, predictionLabel } = field;
  return role === 'output' && type === 'numeric' && outputRole === 'score' && predictionLabel !== undefined;
}
