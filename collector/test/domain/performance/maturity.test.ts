import { describe, expect, it } from 'vitest';
import { maturityOf, maturityWaitMs } from '../../../src/domain/performance/windows/maturity.ts';

const DAY_MS = 86_400_000;
const windowEnd = new Date('2026-01-02T00:00:00Z');
/** Delays of 0 to 10 days in even steps: 95 % have come after 9.5 days. */
const delaysMs = Array.from({ length: 101 }, (_, i) => (i / 10) * DAY_MS);
const after = (days: number) => ({ windowEnd, nowMs: windowEnd.getTime() + days * DAY_MS });

describe('maturity of a window', () => {
  it('comes with the horizon, to the millisecond', () => {
    const horizonMs = 90 * DAY_MS;
    expect(maturityOf({ ...after(90), horizonMs, coverage: 0.1 })).toEqual({ mature: true });
    const before = { windowEnd, nowMs: windowEnd.getTime() + horizonMs - 1 };
    expect(maturityOf({ ...before, horizonMs, coverage: 0.99 })).toMatchObject({
      mature: false,
      at: new Date('2026-04-02T00:00:00Z'),
    });
  });

  it('comes with the 95 % quantile of the delays of the baseline, whichever is first', () => {
    expect(maturityWaitMs({ delaysMs })).toBeCloseTo(9.5 * DAY_MS, 0);
    expect(maturityOf({ ...after(9.5), delaysMs, coverage: 0.5 })).toEqual({ mature: true });
    expect(maturityOf({ ...after(9.4), delaysMs, coverage: 0.5 })).toMatchObject({ mature: false });
    expect(maturityWaitMs({ delaysMs, horizonMs: 3 * DAY_MS })).toBe(3 * DAY_MS);
  });

  it('is told from the coverage where nothing is declared, and says so', () => {
    expect(maturityOf({ ...after(0), coverage: 0.95 })).toEqual({ mature: true });
    const few = maturityOf({ ...after(400), coverage: 0.43 });
    expect(few).toMatchObject({ mature: false });
    expect('reason' in few && few.reason).toBe(
      'immature: 43 % of the rows have labels, and the model file names no labels.horizon',
    );
    expect(maturityOf({ ...after(400), coverage: null }).mature).toBe(false);
  });

  it('says how many labels are expected by now', () => {
    const reason = maturityOf({ ...after(5), delaysMs, coverage: 0.4 });
    expect('reason' in reason && reason.reason).toContain('40 % of the labels are here; 50.5 % expected by now');
  });
});
