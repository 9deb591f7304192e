import type { AbsentRule } from './store.ts';

/** Rules as `queries/join-labels.sql` reads them: lists in JSON, of which the first entry is for predictions without a rule. */
export function encodeRules(rules: readonly AbsentRule[]): string {
  const conditions = rules.map(({ observedWhen }) => Object.entries(observedWhen ?? {}));
  return JSON.stringify({
    keys: ['', ...rules.map(({ model, environment }) => `${model}\n${environment ?? ''}`)],
    labels: ['', ...rules.map(({ label }) => label)],
    horizons: [0, ...rules.map(({ horizonMs }) => horizonMs)],
    names: [[], ...conditions.map((condition) => condition.map(([name]) => name))],
    texts: [[], ...conditions.map((condition) => condition.map(([, text]) => text))],
  });
}

/** Predictions whose horizon may have passed since they were last looked at. */
export interface Band {
  readonly models: readonly string[];
  /** Times of the predictions, in ms since 1970, both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Predictions are looked at again that were this close to their horizon. */
const OVERLAP_MS = 60_000;
/** Most models of one band: their names travel as a parameter. */
const MOST_MODELS = 100;

/** The bands of rules; those of one horizon that were seen at one instant share theirs. */
export function bandsOf(rules: readonly AbsentRule[], nowMs: number): Band[] {
  const groups = Map.groupBy(rules, ({ horizonMs, seenMs }) => `${horizonMs} ${seenMs ?? ''}`);
  return [...groups.values()].flatMap((group) => {
    const { horizonMs, seenMs } = group[0] as AbsentRule;
    const fromMs = seenMs === undefined ? 0 : Math.max(0, seenMs - horizonMs - OVERLAP_MS);
    const models = [...new Set(group.map(({ model }) => model))];
    const bands: Band[] = [];
    for (let at = 0; at < models.length; at += MOST_MODELS) {
      bands.push({ models: models.slice(at, at + MOST_MODELS), fromMs, toMs: nowMs - horizonMs });
    }
    return bands;
  });
}
