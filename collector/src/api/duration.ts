import { z } from 'zod';
import { textSchema } from './names.ts';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const DURATION = /^(\d{1,12})(ms|s|m|h|d|w)$/;

/** Milliseconds of a duration such as `5m`, `1d` or `90d` (ms, s, m, h, d, w); undefined if the text is none. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** The shortest text of a number of milliseconds that `parseDuration` reads back: `86400000` is `1d`. */
export function formatDuration(durationMs: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (durationMs !== 0 && durationMs % UNIT_MS[unit] === 0) return `${durationMs / UNIT_MS[unit]}${unit}`;
  }
  return `${durationMs}ms`;
}

/** A positive duration as text; gives milliseconds. */
export const durationSchema = textSchema('a duration such as 5m, 1d or 90d is expected')
  .transform((text, context) => {
    const durationMs = parseDuration(text);
    if (durationMs !== undefined && durationMs > 0) return durationMs;
    context.addIssue({ code: 'custom', message: `"${text}" is no duration; write one such as 5m, 1d or 90d` });
    return z.NEVER;
  })
  .meta({ description: 'A duration: a whole number and ms, s, m, h, d or w', examples: ['5m', '1d', '90d'] });
