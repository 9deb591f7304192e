import type { Registry } from '../registry/registry.ts';

/** Models whose baselines changed since the last look that was acted upon. */
export interface BaselineWatch {
  readonly changed: () => string[];
  /** What was seen last has been acted upon. */
  readonly acknowledge: () => void;
}

/**
 * Notices models that got a baseline: windows of theirs that came before and could not be judged can be now. Windows that were
 * judged keep their verdicts.
 *
 * What the registry holds at the start is taken as known.
 */
export function watchBaselines(registry: Pick<Registry, 'listModels'>): BaselineWatch {
  let known = look(registry);
  let seen = known;
  return {
    changed: () => {
      seen = look(registry);
      return [...seen]
        .filter(([model, hashes]) => hashes !== '' && hashes !== known.get(model))
        .map(([model]) => model);
    },
    acknowledge: () => void (known = seen),
  };
}

/** The baselines in force of each model, as one text. */
function look(registry: Pick<Registry, 'listModels'>): Map<string, string> {
  return new Map(
    registry
      .listModels()
      .map(({ model, versions }) => [model, versions.flatMap(({ baseline }) => baseline?.hash ?? []).join(' ')]),
  );
}
