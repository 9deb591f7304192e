import { describe, expect, it } from 'vitest';
import { applyEvent, emptyRegistry } from '../../../src/domain/registry/state.ts';
import { resolveVersion } from '../../../src/domain/registry/resolve-version.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

const state = [
  { type: 'ModelRegistered', model: 'm', task: 'binary', owner: null, riskTier: null } as const,
  ...[
    ['1', A],
    ['2', B],
    ['3', B],
    ['4', null],
  ].map(([version, onnxSha256]) => {
    const rest = { modelFile: {}, fields: [], segments: [], onnxSha256: onnxSha256 ?? null };
    return { type: 'VersionRegistered', model: 'm', version: version ?? '', ...rest } as const;
  }),
].reduce((s, event) => applyEvent(s, { event, at: new Date(0) }), emptyRegistry);

describe('the version of telemetry', () => {
  it.each([
    ['the hash names it', { sha256: A }, '1', true],
    ['the hash wins over the name', { sha256: A, version: '2' }, '1', true],
    ['the name chooses among versions of one hash', { sha256: B, version: '2' }, '2', true],
    ['else the newest of them', { sha256: B }, '3', true],
    ['a name alone will do', { version: '4' }, '4', true],
    ['an unknown hash is unregistered whatever the name', { sha256: 'c'.repeat(64), version: '1' }, '1', false],
    ['an unknown hash stands for the name', { sha256: 'c'.repeat(64) }, 'cccccccccccc', false],
    ['an unknown name is unregistered', { version: '9' }, '9', false],
  ])('%s', (_, reported, version, registered) => {
    expect(resolveVersion(state, { model: 'm', ...reported })).toEqual({ version, registered });
  });

  it('of an unknown model is unregistered', () => {
    expect(resolveVersion(state, { model: 'x', version: '1' })).toEqual({ version: '1', registered: false });
  });
});
