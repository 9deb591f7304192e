import type { AbsentRule, TouchedLabels } from '../store/performance-store.ts';
import type { JudgeSettings } from './judge-settings.ts';

/** What an earlier process joined this long ago it may not have come to judge: windows are as long as that. Judging one twice is harmless. */
const PICK_UP_MS = 31 * 86_400_000;

/** How often labels without a prediction are counted, in real time: it takes a look at all of them. */
const COUNT_EVERY_MS = 300_000;

/**
 * Creates the incremental join of labels with predictions: each call looks at what was stored since the one before; the first call, at
 * what came since the newest join that the store knows.
 *
 * @returns hours of prediction time whose joined rows changed.
 */
export function createLabelJoin({
  store,
  registry,
  now,
  joinOverlapMs,
  onUnmatchedLabels,
}: JudgeSettings): () => Promise<readonly TouchedLabels[]> {
  let since: Date | undefined;
  let countedMs = -Infinity;
  let seen: { readonly rules: string; readonly nowMs: number } | undefined;
  return async () => {
    const isFirst = since === undefined;
    since ??= await store.joinedThrough();
    const nowMs = now();
    const joinedAt = new Date();
    const absent = absentRules(registry);
    const rules = JSON.stringify(absent);
    const seenMs = seen?.rules === rules ? seen.nowMs : undefined;
    const outcome = await store.joinLabels({
      since,
      ...(joinOverlapMs === undefined ? {} : { overlapMs: joinOverlapMs }),
      joinedAt,
      absent: absent.map((rule) => (seenMs === undefined ? rule : { ...rule, seenMs })),
      nowMs,
    });
    since = outcome.through;
    seen = { rules, nowMs };
    if (onUnmatchedLabels !== undefined && joinedAt.getTime() - countedMs >= COUNT_EVERY_MS) {
      countedMs = joinedAt.getTime();
      onUnmatchedLabels(await store.countUnmatchedLabels());
    }
    if (!isFirst) return outcome.windows;
    return [...outcome.windows, ...(await store.touchedLabels(new Date(joinedAt.getTime() - PICK_UP_MS)))];
  };
}

/** What rows without a label come to mean once their horizon has passed, by the newest version of each model. */
function absentRules(registry: JudgeSettings['registry']): AbsentRule[] {
  return registry.newestModelFiles().flatMap(({ model, labels }) => {
    const { absent: label, horizonMs, observedWhen } = labels ?? {};
    if (label === undefined || horizonMs === undefined) return [];
    return [{ model, label, horizonMs, ...(observedWhen === undefined ? {} : { observedWhen }) }];
  });
}
