import type { Window } from '../domain/drift/observation.ts';
import { maturityWaitMs } from '../domain/performance/windows/maturity.ts';
import type { ModelScope } from '../store/store.ts';
import type { JudgeSettings } from './judge-settings.ts';
import { readPerformance } from './stored-performance.ts';

type ScopedWindow = ModelScope & { readonly window: Window };

/** A window that will be mature at an instant. */
export interface MaturingWindow {
  readonly window: Window;
  readonly at: Date;
}

/** A label may come this late, and its window be judged once more, after a restart of the collector. */
const PICK_UP_MS = 400 * 86_400_000;

/** Windows whose labels have not all come: they are judged again when they should have, also if nothing new comes. */
export class MaturingWindows {
  readonly #settings: JudgeSettings;
  readonly #windows = new Map<string, ScopedWindow & { readonly at?: Date }>();
  readonly #pickedUp = new Set<string>();

  constructor(settings: JudgeSettings) {
    this.#settings = settings;
  }

  /** Remembers which of the windows that were judged now are immature. */
  follow(scope: ModelScope, judged: readonly Window[], immature: readonly MaturingWindow[]): void {
    for (const window of judged) this.#windows.delete(keyOf({ ...scope, window }));
    for (const { window, at } of immature) this.#windows.set(keyOf({ ...scope, window }), { ...scope, window, at });
  }

  /** Remembers a window that got rows: if no label ever comes, that is to be told too. */
  expect(scope: ModelScope, window: Window): void {
    const key = keyOf({ ...scope, window });
    if (!this.#windows.has(key)) this.#windows.set(key, { ...scope, window });
  }

  /** Takes the windows that are mature by now. A model that cannot be asked is left for later, and its error added to `errors`. */
  async takeMature(errors: unknown[]): Promise<ScopedWindow[]> {
    const mature: ScopedWindow[] = [];
    for (const { model } of this.#settings.registry.listModels()) {
      try {
        await this.#pickUp(model);
        mature.push(...this.#matureOf(model, await this.#waitOf(model)));
      } catch (error) {
        errors.push(error);
      }
    }
    for (const one of mature) this.#windows.delete(keyOf(one));
    return mature;
  }

  /** @param waitMs How long after their end windows are mature; undefined where that is not known: they are forgotten. */
  #matureOf(model: string, waitMs: number | undefined): ScopedWindow[] {
    const nowMs = this.#settings.now();
    return [...this.#windows.values()].filter((one) => {
      if (one.model !== model) return false;
      const atMs = one.at?.getTime() ?? (waitMs === undefined ? undefined : one.window.end.getTime() + waitMs);
      if (atMs === undefined) this.#windows.delete(keyOf(one));
      return atMs !== undefined && atMs <= nowMs;
    });
  }

  /** What an earlier process has left immature, or without any label. */
  async #pickUp(model: string): Promise<void> {
    if (this.#pickedUp.has(model)) return;
    const { store, now } = this.#settings;
    const from = new Date(now() - PICK_UP_MS);
    const stored = await readPerformance(store, { model, segment: '', from });
    const settled = new Set(
      stored
        .filter(({ performance: { kind, mature } }) => kind === 'realized' && mature)
        .map(({ environment, performance: { window } }) => keyOf({ model, environment, window })),
    );
    for (const { environment, performance } of stored) {
      const { window } = performance;
      if (!settled.has(keyOf({ model, environment, window }))) this.expect({ model, environment }, window);
    }
    this.#pickedUp.add(model);
  }

  /** How long after its end a window of the newest version is mature; undefined where that is not known. */
  async #waitOf(model: string): Promise<number | undefined> {
    const { registry } = this.#settings;
    const version = await registry.choose(model, {});
    const { horizonMs, absent } = registry.modelFileOf(version).labels ?? {};
    if (absent !== undefined) return horizonMs;
    return maturityWaitMs({ horizonMs, delaysMs: (await registry.referenceOf(version))?.performance?.delaysMs });
  }
}

function keyOf({ model, environment, window }: ScopedWindow): string {
  return JSON.stringify([model, environment, window.start, window.end]);
}
