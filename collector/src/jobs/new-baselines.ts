import type { Registry } from '../registry/registry.ts';

/**
 * Notices models that got their first baseline, or another one, since the last look: their earlier traffic can be judged now.
 *
 * What the registry holds at the start is taken as known.
 */
export function watchBaselines(registry: Pick<Registry, 'listModels'>): () => string[] {
  let known = look(registry);
  return () => {
    const before = known;
    known = look(registry);
    return [...known]
      .filter(([model, hashes]) => hashes !== '' && hashes !== before.get(model))
      .map(([model]) => model);
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
