import type { ModelScope, TouchedHour } from '../store/store.ts';
import { judgeByModel } from './judge-by-model.ts';
import { judgeEstimates, judgeLabels, type PerformanceOutcome } from './judge-performance.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { createLabelJoin } from './label-join.ts';
import { MaturingWindows } from './maturing-windows.ts';
import { windowHolding } from './windows.ts';
import { PendingWindows, type DueSettings, type PendingWindow } from './pending.ts';
import type { Window } from '../domain/drift/observation.ts';

/** Judging of performance, beside that of drift. Calls must not overlap. */
export interface PerformanceJobs {
  /** Notes windows whose scores got rows; hours of models that are registered. */
  readonly touchScores: (hours: readonly TouchedHour[]) => Promise<void>;
  /** Joins labels with predictions, and notes the windows that changed or whose labels have all come since; what goes wrong is added to `errors`. */
  readonly join: (errors: unknown[]) => Promise<void>;
  /** Notes every window of a model that has labels. */
  readonly touchLabels: (model: string) => Promise<void>;
  /** Judges what is due. A model that cannot be judged stays due, and its error is added to `errors`. */
  readonly judgeDue: (
    due: DueSettings,
    errors: unknown[],
    accept?: (pending: PendingWindow) => boolean,
  ) => Promise<PerformanceTotals>;
}

/** What was judged. */
export interface PerformanceTotals {
  readonly windows: number;
  readonly incidents: number;
  /** Whose performance got a verdict. */
  readonly judged: readonly ModelScope[];
}

/**
 * Creates the jobs of performance.
 *
 * @param lengthOf Length of a model's performance windows.
 */
export function createPerformanceJobs(
  settings: JudgeSettings,
  lengthOf: (model: string) => Promise<number>,
): PerformanceJobs {
  const { store, registry, now } = settings;
  const scores = new PendingWindows();
  const labels = new PendingWindows();
  const maturing = new MaturingWindows(settings);
  const runJoin = createLabelJoin(settings);

  const touch = async (pending: PendingWindows, hours: readonly (ModelScope & { hour: Date; newest: Date })[]) => {
    const known = new Set(registry.listModels().map(({ model }) => model));
    for (const { model, environment, hour, newest } of hours) {
      if (!known.has(model)) continue;
      pending.touch(model, environment, hour.getTime(), await lengthOf(model), newest.getTime());
    }
  };

  /** Windows with rows whose labels may never come: that is told when they should have. */
  const expectLabels = async (hours: readonly TouchedHour[]): Promise<void> => {
    const known = new Set(registry.listModels().map(({ model }) => model));
    for (const { model, environment, hour } of hours) {
      if (!known.has(model)) continue;
      maturing.expect({ model, environment }, windowHolding(hour.getTime(), await lengthOf(model)));
    }
  };

  const judgeLabeled = async (scope: ModelScope, windows: readonly Window[]): Promise<PerformanceOutcome> => {
    const done = await judgeLabels(settings, scope, windows);
    maturing.follow(scope, windows, done.immature);
    return done;
  };

  return {
    touchScores: async (hours) => {
      await touch(scores, hours);
      await expectLabels(hours);
    },
    join: async (errors) => {
      const newest = new Date(now());
      try {
        const touched = await runJoin();
        await touch(
          labels,
          touched.map((one) => ({ ...one, newest })),
        );
      } catch (error) {
        errors.push(error);
      }
      for (const { model, environment, window } of await maturing.takeMature(errors)) {
        labels.touch(model, environment, window.start.getTime(), window.end.getTime() - window.start.getTime(), 0);
      }
    },
    touchLabels: async (model) => {
      const newest = new Date(0);
      const hours = await store.touchedLabels(new Date(0), model);
      await touch(
        labels,
        hours.map((one) => ({ ...one, newest })),
      );
    },
    judgeDue: async (due, errors, accept) => {
      const judged: ModelScope[] = [];
      const noting =
        (judge: typeof judgeLabeled) =>
        async (scope: ModelScope, windows: readonly Window[]): Promise<PerformanceOutcome> => {
          const outcome = await judge(scope, windows);
          if (outcome.windows > 0) judged.push(scope);
          return outcome;
        };
      const estimate = noting((scope, windows) => judgeEstimates(settings, scope, windows));
      const done = [
        ...(await judgeByModel(scores, scores.takeDue(due, accept), estimate, errors)),
        ...(await judgeByModel(labels, labels.takeDue(due, accept), noting(judgeLabeled), errors)),
      ];
      return {
        windows: done.reduce((sum, { windows }) => sum + windows, 0),
        incidents: done.reduce((sum, { incidents }) => sum + incidents, 0),
        judged,
      };
    },
  };
}
