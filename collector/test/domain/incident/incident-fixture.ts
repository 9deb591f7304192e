import type { FieldVerdict, Verdict } from '../../../src/domain/drift/verdict.ts';
import type { JudgedWindow } from '../../../src/domain/incident/fold-incidents.ts';

const HOUR_MS = 3_600_000;
export const options = { model: 'm', environment: 'production', aloneLevel: 1e-3 };
export const time = (hour: number): Date => new Date(Date.UTC(2026, 0, 5) + hour * HOUR_MS);

const VALUES = { '.': 0.01, w: 0.15, c: 0.3, C: 0.9, '?': 0 } as const;
export type Mark = keyof typeof VALUES;
const VERDICTS: Record<Mark, Verdict> = { '.': 'ok', w: 'warning', c: 'critical', C: 'critical', '?': 'unknown' };

export function verdictOf(field: string, mark: Mark, hour: number, more: Partial<FieldVerdict> = {}): FieldVerdict {
  const verdict = VERDICTS[mark];
  return {
    window: { start: time(hour), end: time(hour + 1) },
    field,
    role: 'input',
    type: 'numeric',
    rows: 500,
    profiled: 500,
    missing: 0,
    invalid: 0,
    unseen: 0,
    outOfRange: 0,
    statistics: {},
    decision: {
      statistic: 'psi',
      value: VALUES[mark],
      threshold: verdict === 'critical' ? 0.25 : 0.1,
      reference: 'baseline',
      n: 500,
      m: 5000,
    },
    pValue: verdict === 'unknown' ? null : 1e-9,
    qValue: verdict === 'unknown' ? null : 1e-8,
    impact: { shift: 0, movement: VALUES[mark] / 10, method: 'response', low: 0, high: 0 },
    verdict,
    reason: 'because',
    ...more,
  };
}

/** One text per field, one mark per hour: `.` ok, `w` warning, `c` critical, `C` over twice critical, `?` unknown. */
export function windowsOf(fields: Record<string, string>, more: Partial<FieldVerdict> = {}): JudgedWindow[] {
  const hours = Math.max(...Object.values(fields).map((marks) => marks.length));
  return Array.from({ length: hours }, (_, hour) => ({
    window: { start: time(hour), end: time(hour + 1) },
    verdicts: Object.entries(fields).map(([field, marks]) => verdictOf(field, marks[hour] as Mark, hour, more)),
  }));
}
