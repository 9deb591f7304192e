import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driftQuerySchema, formatDuration, parseDuration, parseReferenceChoice } from '../../src/api/index.ts';

describe('durations', () => {
  it.each([
    ['5m', 300_000],
    ['1d', 86_400_000],
    ['90d', 7_776_000_000],
    ['2w', 1_209_600_000],
    ['250ms', 250],
  ])('%s is %d ms', (text, durationMs) => expect(parseDuration(text)).toBe(durationMs));

  it.each(['', '1', '1 d', '-1d', '1.5h', '1y', '0x1m', '1d\n'])('"%s" is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads back what it writes', () => {
    fc.assert(fc.property(fc.nat(), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});

describe('a reference', () => {
  it('is one of four', () => {
    expect(parseReferenceChoice('baseline')).toEqual({ kind: 'baseline' });
    expect(parseReferenceChoice('seasonal')).toEqual({ kind: 'seasonal' });
    expect(parseReferenceChoice('trailing:28d')).toEqual({ kind: 'trailing', lengthMs: 28 * 86_400_000 });
    expect(parseReferenceChoice('pinned:2026-01-01T00:00:00Z/2026-02-01T00:00:00+01:00')).toEqual({
      kind: 'pinned',
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2026-01-31T23:00:00Z'),
    });
  });

  it.each(['', 'trailing', 'trailing:0d', 'pinned:2026', 'pinned:2026-02-01T00:00:00Z/2026-01-01T00:00:00Z', 'last'])(
    '"%s" is none',
    (text) => expect(parseReferenceChoice(text)).toBeUndefined(),
  );
});

describe('the question of drift', () => {
  it('is read from text', () => {
    const asked = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', window: '1h', segment: 'channel=a=b' };
    expect(driftQuerySchema.parse(asked)).toEqual({
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2026-01-02T00:00:00Z'),
      window: 3_600_000,
      segment: { channel: 'a=b' },
      mode: 'prumo',
    });
    expect(driftQuerySchema.parse({ segment: ['a=1', 'b=2'] }).segment).toEqual({ a: '1', b: '2' });
  });

  it.each([
    { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    { from: 'yesterday' },
    { mode: 'whylogs' },
    { segment: 'channel' },
    { windw: '1h' },
  ])('is refused where it makes no sense: %j', (asked) =>
    expect(driftQuerySchema.safeParse(asked).success).toBe(false),
  );
});
