import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainEvent, findBreak } from '../../../src/domain/registry/chain.ts';
import { decideBaseline, decideOnnx, decideRegistration, type Decision } from '../../../src/domain/registry/decide.ts';
import type { RecordedEvent, RegistryEvent } from '../../../src/domain/registry/event.ts';
import { resolveFields } from '../../../src/domain/registry/resolve-fields.ts';
import {
  applyEvent,
  emptyRegistry,
  isComplete,
  stateAsOf,
  type RegistryState,
} from '../../../src/domain/registry/state.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A wish that users may have, over few names, so that wishes meet each other. */
interface Wish {
  readonly kind: 'register' | 'attach' | 'seal';
  readonly model: string;
  readonly version: string;
  readonly content: number;
  readonly hasOnnx: boolean;
}

const wishes = fc.array(
  fc.record<Wish>({
    kind: fc.constantFrom('register', 'attach', 'seal'),
    model: fc.constantFrom('a', 'b'),
    version: fc.constantFrom('1', '2'),
    content: fc.constantFrom(1, 2),
    hasOnnx: fc.boolean(),
  }),
  { maxLength: 30 },
);

function decide(state: RegistryState, { kind, model, version, content, hasOnnx }: Wish): Decision {
  const fields = resolveFields({ inputs: [{ name: `x${content}`, type: 'numeric', missing: [] }], outputs: [] }).fields;
  const onnxSha256 = hasOnnx ? sha256(`onnx ${content}`) : null;
  if (kind === 'register') {
    return decideRegistration(
      state,
      { type: 'ModelRegistered', model, task: 'binary', owner: null, riskTier: null },
      { type: 'VersionRegistered', model, version, modelFile: { content }, fields, segments: [], onnxSha256 },
    );
  }
  if (kind === 'seal') {
    return decideBaseline(state, {
      type: 'BaselineSealed',
      model,
      version,
      kind: 'heldout',
      hash: sha256(`baseline ${content}`),
      rows: 10,
    });
  }
  const signature = { sizeBytes: 1, irVersion: 8, opset: 17, producer: '', inputs: [], outputs: [] };
  const onnx = { ...signature, sha256: sha256(`onnx ${content}`) };
  return decideOnnx(state, { type: 'OnnxAttached', model, version, onnx, fields });
}

/** Carries the wishes out, a second apart. */
function run(all: readonly Wish[]): { events: RecordedEvent[]; states: RegistryState[] } {
  const events: RecordedEvent[] = [];
  const states: RegistryState[] = [];
  let state = emptyRegistry;
  for (const [i, wish] of all.entries()) {
    const decision = decide(state, wish);
    for (const event of 'events' in decision ? decision.events : []) {
      events.push(record(event, new Date(i * 1000), events.at(-1)));
      state = applyEvent(state, { event, at: new Date(i * 1000) });
    }
    states.push(state);
  }
  return { events, states };
}

function record(event: RegistryEvent, at: Date, previous: RecordedEvent | undefined): RecordedEvent {
  const place = { stream: 'registry', seq: (previous?.seq ?? 0) + 1, prevHash: previous?.hash ?? '' };
  return chainEvent({ ...place, at, actor: 'test', event }, sha256);
}

describe('the registry', () => {
  it('changes nothing when a wish is repeated at once', () => {
    fc.assert(
      fc.property(wishes, (all) => {
        const state = run(all).states.at(-1) ?? emptyRegistry;
        for (const wish of all) {
          const first = decide(state, wish);
          if (!('events' in first)) continue;
          const after = first.events.reduce((s, event) => applyEvent(s, { event, at: new Date(0) }), state);
          expect(decide(after, wish)).toEqual({ events: [] });
        }
      }),
    );
  });

  it('never changes a complete version, but for its baselines', () => {
    fc.assert(
      fc.property(wishes, (all) => {
        const { states } = run(all);
        for (const [i, state] of states.entries()) {
          const later = states.at(-1);
          for (const model of state.values()) {
            for (const version of model.versions.values()) {
              if (!isComplete(version)) continue;
              const now = later?.get(model.model)?.versions.get(version.version);
              expect({ ...now, baselines: [] }, `after wish ${i}`).toEqual({ ...version, baselines: [] });
              expect(now?.baselines.slice(0, version.baselines.length)).toEqual(version.baselines);
            }
          }
        }
      }),
    );
  });

  it('is as of any instant what it was at that instant', () => {
    fc.assert(
      fc.property(wishes, (all) => {
        const { events, states } = run(all);
        for (const [i, state] of states.entries()) expect(stateAsOf(events, new Date(i * 1000))).toEqual(state);
        expect(stateAsOf(events, new Date(-1))).toEqual(emptyRegistry);
      }),
    );
  });

  it('is a chain in which every change shows', () => {
    fc.assert(
      fc.property(wishes, fc.nat(), fc.constantFrom('actor', 'at', 'event', 'cut', 'prevHash'), (all, pick, what) => {
        const { events } = run(all);
        expect(firstBreak(events)).toBeUndefined();
        if (events.length < 2) return;
        const at = pick % (events.length - 1);
        expect(firstBreak(tamper(events, at, what))).toMatch(/missing|does not follow|does not match/);
      }),
    );
  });
});

function firstBreak(events: readonly RecordedEvent[]): string | undefined {
  for (const [i, event] of events.entries()) {
    const broken = findBreak(events[i - 1], event, sha256);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function tamper(events: readonly RecordedEvent[], at: number, what: string): RecordedEvent[] {
  return events.flatMap((event, i) => {
    if (i !== at) return [event];
    if (what === 'cut') return [];
    if (what === 'actor') return [{ ...event, actor: 'mallory' }];
    if (what === 'at') return [{ ...event, at: new Date(event.at.getTime() + 1) }];
    if (what === 'prevHash') return [{ ...event, prevHash: `${event.prevHash}0` }];
    return [{ ...event, event: { ...event.event, model: 'other' } }];
  });
}
