import type { Window } from '../domain/drift/observation.ts';
import type { ModelScope, TouchedHour } from '../store/store.ts';
import { judgeByModel, throwAll } from './judge-by-model.ts';
import { judgeModel, type JudgeOutcome } from './judge.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { PendingWindows, type DueSettings, type PendingWindow } from './pending.ts';
import { watchBaselines } from './new-baselines.ts';
import { createPerformanceJobs } from './performance-jobs.ts';
import { createRollUp } from './roll-up.ts';
import { updateHealth } from './update-health.ts';

/** Settings of the jobs. */
export interface JobsSettings extends JudgeSettings {
  /** Resolves when all that was acknowledged is stored. */
  readonly drain: () => Promise<void>;
  /** A window of the past is judged when no row came for this long. */
  readonly quietMs: number;
  /** Numbers roll-ups, each greater than all before: the greatest of an hour counts. */
  readonly nextRevision: () => number;
  /** Points stored before it were rolled up and judged by an earlier process. */
  readonly since: Date;
}

/** Which windows to judge now; an open end reaches what is stored. */
export interface JudgePeriod {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** What was judged: drift, and beside it performance. */
export interface JobsOutcome extends JudgeOutcome {
  /** Windows of performance that got a verdict, each version and kind counted. */
  readonly performanceWindows: number;
}

/** What runs on a clock: roll-up, join of labels, then judging of the windows that are due. */
export interface Jobs {
  /** Rolls up what came and judges what is due. */
  readonly run: () => Promise<void>;
  /** The same for all that was acknowledged, without waiting for quiet or grace: every window that has ended. */
  readonly catchUp: () => Promise<JobsOutcome>;
  /** Rolls up and judges the ended windows of a model now, without waiting for quiet; all of them, whenever they came. */
  readonly judgeNow: (model: string, period: JudgePeriod) => Promise<JobsOutcome>;
}

/** Windows are due as soon as they have ended. */
const AT_ONCE = { graceMs: () => 0, quietMs: -Infinity };

/** Creates the jobs. Calls must not overlap: see `startClockwork`. */
export function createJobs(settings: JobsSettings): Jobs {
  const { store, registry, now } = settings;
  const rollUp = createRollUp(store, settings.since, settings.nextRevision);
  const pending = new PendingWindows();
  const baselines = watchBaselines(registry);

  const rulesOf = (model: string) => windowRulesOf(registry, model);
  const performance = createPerformanceJobs(settings, async (model) => (await rulesOf(model)).performanceMs);

  const touch = async (hours: readonly TouchedHour[]): Promise<void> => {
    const known = new Set(registry.listModels().map(({ model }) => model));
    for (const [model, own] of Map.groupBy(hours, (hour) => hour.model)) {
      // Traffic of a model that is registered later is found then, by its hours.
      if (!known.has(model)) continue;
      const { driftMs } = await rulesOf(model);
      for (const { environment, hour, newest } of own) {
        pending.touch(model, environment, hour.getTime(), driftMs, newest.getTime());
      }
    }
    await performance.touchScores(hours);
  };

  /** Rolls up; notes the hours that came, and all stored ones of models that can be judged only now. */
  const gather = async (errors: unknown[]): Promise<void> => {
    // Another collector may have registered models.
    await registry.refresh();
    await touch(await rollUp.run());
    await performance.join(errors);
    const models = baselines.changed();
    if (models.length === 0) return;
    for (const model of models) await performance.touchLabels(model);
    const stored = await store.touchedHours(new Date(0));
    await touch(stored.filter(({ model }) => models.includes(model)));
    baselines.acknowledge();
  };

  /** Judges drift, then performance, whatever becomes of the other; what went wrong is thrown at the end. */
  const judgeDue = async (
    settled: DueSettings,
    errors: unknown[],
    accept?: (pending: PendingWindow) => boolean,
  ): Promise<JobsOutcome> => {
    const due = pending.takeDue(settled, accept);
    const scopes: ModelScope[] = [];
    const judge = (scope: ModelScope, windows: readonly Window[]): Promise<JudgeOutcome> => {
      scopes.push(scope);
      return judgeModel(settings, scope, windows);
    };
    const done = await judgeByModel(pending, due, judge, errors);
    const { windows, incidents, judged } = await performance.judgeDue(settled, errors, accept);
    await updateHealths(settings, [...scopes, ...judged], errors);
    throwAll(errors);
    return {
      windows: sum(done.map((one) => one.windows)),
      verdicts: sum(done.map((one) => one.verdicts)),
      incidents: sum(done.map((one) => one.incidents)) + incidents,
      performanceWindows: windows,
    };
  };

  return {
    run: async () => {
      const errors: unknown[] = [];
      await gather(errors);
      const graceMs = await gracesOf(registry);
      await judgeDue({ nowMs: now(), graceMs, quietMs: settings.quietMs }, errors);
    },
    catchUp: async () => {
      const errors: unknown[] = [];
      await settings.drain();
      await gather(errors);
      return judgeDue({ nowMs: now(), ...AT_ONCE }, errors);
    },
    judgeNow: async (model, { from, to }) => {
      await registry.refresh();
      await settings.drain();
      await touch(await rollUp.run());
      const stored = (await store.touchedHours(new Date(0))).filter((hour) => hour.model === model);
      await touch(stored);
      const errors: unknown[] = [];
      await performance.join(errors);
      await performance.touchLabels(model);
      const isAsked = ({ window }: PendingWindow): boolean =>
        (from === undefined || window.end > from) && (to === undefined || window.start < to);
      const accept = (one: PendingWindow): boolean => one.model === model && isAsked(one);
      return judgeDue({ nowMs: now(), ...AT_ONCE }, errors, accept);
    },
  };
}

/** Health of the models that were judged, once each. */
async function updateHealths(settings: JudgeSettings, scopes: readonly ModelScope[], errors: unknown[]): Promise<void> {
  const once = new Map(scopes.map((scope) => [JSON.stringify([scope.model, scope.environment]), scope]));
  for (const scope of once.values()) {
    try {
      await updateHealth(settings, scope);
    } catch (error) {
      errors.push(error);
    }
  }
}

/** Grace of every registered model. */
async function gracesOf(registry: JobsSettings['registry']): Promise<(model: string) => number> {
  const byModel = new Map<string, number>();
  for (const { model } of registry.listModels()) byModel.set(model, (await windowRulesOf(registry, model)).graceMs);
  return (model) => byModel.get(model) ?? 0;
}

/** Windows of the version that can be judged, the newest of them. */
async function windowRulesOf(registry: JobsSettings['registry'], model: string) {
  const { versions } = await registry.showModel(model);
  const judged = versions.findLast(({ baseline }) => baseline !== null) ?? versions.at(-1);
  return registry.modelFileOf(await registry.choose(model, { version: judged?.version })).windows;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
