import { describe, expect, it } from 'vitest';
import { PendingWindows } from '../../src/jobs/pending.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (day: number, hour = 0) => Date.UTC(2026, 0, 1) + day * DAY + hour * HOUR;
const settings = { graceMs: () => 300_000, quietMs: 15_000 };

describe('pending windows', () => {
  it('are due after their end and grace, in order of time, once', () => {
    const pending = new PendingWindows();
    pending.touch('m', 'production', at(1, 5), DAY, at(1, 5));
    pending.touch('m', 'production', at(0, 7), DAY, at(0, 7));
    expect(pending.takeDue({ ...settings, nowMs: at(1) + 299_999 })).toEqual([]);
    const due = pending.takeDue({ ...settings, nowMs: at(2) + 300_000 });
    expect(due.map(({ window }) => window.start.getTime())).toEqual([at(0), at(1)]);
    expect(pending.takeDue({ ...settings, nowMs: at(9) })).toEqual([]);
  });

  it('of the past wait until no row came for a while, so that a backfill is judged when it is complete', () => {
    const pending = new PendingWindows();
    pending.touch('m', 'production', at(0, 1), DAY, at(40));
    pending.touch('m', 'production', at(0, 2), DAY, at(40) + 10_000);
    expect(pending.takeDue({ ...settings, nowMs: at(40) + 24_999 })).toEqual([]);
    expect(pending.takeDue({ ...settings, nowMs: at(40) + 25_000 })).toHaveLength(1);
  });

  it('keep models and environments apart, and what is not accepted', () => {
    const pending = new PendingWindows();
    for (const model of ['a', 'b']) pending.touch(model, 'production', at(0), DAY, at(0));
    pending.touch('a', 'staging', at(0), DAY, at(0));
    const now = { ...settings, nowMs: at(5) };
    expect(pending.takeDue(now, ({ model }) => model === 'a')).toHaveLength(2);
    expect(pending.takeDue(now).map(({ model }) => model)).toEqual(['b']);
  });

  it('that could not be judged are due again', () => {
    const pending = new PendingWindows();
    pending.touch('m', 'production', at(0), DAY, at(0));
    const due = pending.takeDue({ ...settings, nowMs: at(5) });
    pending.putBack(due);
    expect(pending.takeDue({ ...settings, nowMs: at(5) })).toEqual(due);
  });
});
