import { describe, expect, it } from 'vitest';
import { startClockwork } from '../../src/jobs/clockwork.ts';

describe('clockwork', () => {
  it('never runs two pieces of work at once, and goes on after one that failed', async () => {
    const clockwork = startClockwork(
      () => Promise.resolve(),
      0,
      () => undefined,
    );
    let running = 0;
    let most = 0;
    const piece = async (): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return most;
    };
    const failing = clockwork.inTurn(() => Promise.reject(new Error('broken')));
    const done = Promise.all([clockwork.inTurn(piece), clockwork.inTurn(piece), clockwork.inTurn(piece)]);
    await expect(failing).rejects.toThrow('broken');
    await done;
    expect(most).toBe(1);
    await clockwork.stop();
  });

  it('runs by itself, tells of failures, and stops', async () => {
    const errors: unknown[] = [];
    let runs = 0;
    const seen = Promise.withResolvers<void>();
    const clockwork = startClockwork(
      () => {
        if (++runs === 3) seen.resolve();
        return Promise.reject(new Error(`run ${runs}`));
      },
      1,
      (error) => errors.push(error),
    );
    // The clockwork alone does not keep a process alive.
    const alive = setInterval(() => undefined, 1000);
    await seen.promise;
    await clockwork.stop();
    clearInterval(alive);
    const after = runs;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs).toBe(after);
    expect(errors.length).toBeGreaterThanOrEqual(2);
  });
});
