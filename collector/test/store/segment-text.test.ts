import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSegment, segmentText } from '../../src/store/segment-text.ts';

const key = fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/).filter((name) => name !== '__proto__');
const segment = fc.dictionary(key, fc.string({ unit: fc.constantFrom('a', '=', ',', '\\', ' ', 'é') }), {
  noNullPrototype: true,
});

describe('segment text', () => {
  it('is canonical and can be read back', () => {
    expect(segmentText({ region: 'eu', channel: 'app' })).toBe('channel=app,region=eu');
    expect(segmentText({ a: '=,\\' })).toBe('a=\\=\\,\\\\');
    expect(segmentText({})).toBe('');
    fc.assert(
      fc.property(segment, (pairs) => {
        expect(parseSegment(segmentText(pairs))).toEqual(pairs);
      }),
    );
  });
});
