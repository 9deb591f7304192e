import type { Window } from '../domain/drift/observation.ts';
import { maturityWaitMs } from '../domain/performance/windows/maturity.ts';
import type { ModelScope } from '../store/store.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { readPerformance } from './stored-performance.ts';

type ScopedWindow = ModelScope & { readonly window: Window };

/** A label may come this late, and its window be judged once more, after a restart of the collector. */
const PICK_UP_MS = 400 * 86_400_000;

/** Windows that were judged before all their labels had come: they are judged again when they have, also if nothing new comes. */
export class MaturingWindows {
  readonly #settings: JudgeSettings;
  readonly #windows = new Map<string, ScopedWindow>();
  #isPickedUp = false;

  constructor(settings: JudgeSettings) {
    this.#settings = settings;
  }

  /** Remembers which of the windows that were judged now are immature. */
  follow(scope: ModelScope, judged: readonly Window[], immature: readonly Window[]): void {
    for (const window of judged) this.#windows.delete(keyOf({ ...scope, window }));
    for (const window of immature) this.#windows.set(keyOf({ ...scope, window }), { ...scope, window });
  }

  /** Takes the windows that are mature by now. */
  async takeMature(): Promise<ScopedWindow[]> {
    await this.#pickUp();
    const waits = new Map<string, number | undefined>();
    for (const { model } of this.#windows.values()) {
      if (!waits.has(model)) waits.set(model, await this.#waitOf(model));
    }
    const nowMs = this.#settings.now();
    const mature = [...this.#windows.values()].filter(({ model, window }) => {
      const waitMs = waits.get(model);
      return waitMs !== undefined && window.end.getTime() + waitMs <= nowMs;
    });
    for (const one of mature) this.#windows.delete(keyOf(one));
    return mature;
  }

  /** What an earlier process has left immature. */
  async #pickUp(): Promise<void> {
    if (this.#isPickedUp) return;
    const { store, registry, now } = this.#settings;
    const from = new Date(now() - PICK_UP_MS);
    for (const { model } of registry.listModels()) {
      for (const one of await readPerformance(store, { model, kind: 'realized', segment: '', from })) {
        const { environment, performance } = one;
        const scoped = { model, environment, window: performance.window };
        if (!performance.mature) this.#windows.set(keyOf(scoped), scoped);
      }
    }
    this.#isPickedUp = true;
  }

  async #waitOf(model: string): Promise<number | undefined> {
    const { registry } = this.#settings;
    const version = await registry.choose(model, {});
    const delaysMs = (await registry.referenceOf(version))?.performance?.delaysMs;
    return maturityWaitMs({ horizonMs: registry.modelFileOf(version).labels?.horizonMs, delaysMs });
  }
}

function keyOf({ model, environment, window }: ScopedWindow): string {
  return JSON.stringify([model, environment, window.start, window.end]);
}
