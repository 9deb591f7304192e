import { decideField, type JudgeOptions } from './decide-field.ts';
import { fieldKey } from './field-key.ts';
import type { JudgedReference } from './judged-reference.ts';
import { type AlarmBudget, createLevels } from './level.ts';
import { type ComputeStatistics, measureField } from './measure-field.ts';
import type { ObservedField, Window } from './observation.ts';
import { computeQValues } from './significance/benjamini-hochberg.ts';
import { createRandom } from './significance/random.ts';
import type { ModelThresholds } from './thresholds.ts';
import type { FieldVerdict } from './verdict.ts';

/** One window of a model, and what it is judged by. */
export interface WindowToJudge {
  readonly window: Window;
  readonly reference: JudgedReference;
  readonly observed: readonly ObservedField[];
  readonly computeStatistics: ComputeStatistics;
  readonly budget: AlarmBudget;
  readonly thresholds?: ModelThresholds;
  /** Fewer profiled rows than this are not judged. Default 200. */
  readonly minRows?: number;
}

/**
 * Judges every field of the reference in one window: effect over the threshold and significance.
 *
 * The family of Benjamini-Hochberg is the fields that could be tested. The result is a function of its arguments (simulated nulls are
 * seeded by the window's start), in the order of the reference's fields, and nothing in a window makes it throw.
 */
export function judgeWindow(input: WindowToJudge): FieldVerdict[] {
  const { reference, window, computeStatistics } = input;
  const minRows = input.minRows ?? 200;
  const random = createRandom(Math.floor(window.start.getTime() / 1000) || 0);
  const byKey = new Map(input.observed.map((field) => [fieldKey(field), field]));
  const measured = reference.fields.map((judged) => {
    const observed = byKey.get(fieldKey(judged.field));
    return measureField(judged, observed, { computeStatistics, minRows, scoreRange: reference.scoreRange, random });
  });
  const qValues = computeQValues(measured.map((field) => field.pValue));
  const options: JudgeOptions = {
    window,
    reference: reference.name,
    levels: levelsOf(input.budget),
    thresholds: input.thresholds ?? {},
  };
  return measured.map((field, k) => decideField(field, qValues[k]!, options));
}

const levelsByBudget = new Map<string, ReturnType<typeof createLevels>>();

/** Levels cost milliseconds and models share few budgets. */
function levelsOf(budget: AlarmBudget): ReturnType<typeof createLevels> {
  const key = JSON.stringify([budget.falsePerWeek, budget.windowsPerWeek, budget.families]);
  let levels = levelsByBudget.get(key);
  if (levels === undefined) {
    if (levelsByBudget.size >= 1000) levelsByBudget.clear();
    levels = createLevels(budget);
    levelsByBudget.set(key, levels);
  }
  return levels;
}
