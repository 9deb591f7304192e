import type { WindowSources } from './observe-windows.ts';

/** Everything that judging needs. */
export interface JudgeSettings extends WindowSources {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
