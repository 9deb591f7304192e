import { canonicalJson } from './canonical-json.ts';
import { EVENT_FORMAT, type RecordedEvent } from './event.ts';

/** SHA-256 of a text in lower-case hexadecimal. */
export type Sha256 = (text: string) => string;

/** The text whose SHA-256 is the hash of an event: everything of it, and the hash of the one before. */
function canonicalEvent(recorded: Omit<RecordedEvent, 'hash'>): string {
  const { stream, seq, at, actor, event, prevHash } = recorded;
  return `prumo-event/${EVENT_FORMAT} ${canonicalJson({ stream, seq, at: at.toISOString(), actor, event, prevHash })}`;
}

/** The event with its hash. */
export function chainEvent(recorded: Omit<RecordedEvent, 'hash'>, sha256: Sha256): RecordedEvent {
  return { ...recorded, hash: sha256(canonicalEvent(recorded)) };
}

/** What is wrong with an event as the successor of another (undefined: the first); undefined if nothing is. */
export function findBreak(
  previous: Pick<RecordedEvent, 'seq' | 'hash'> | undefined,
  next: RecordedEvent,
  sha256: Sha256,
): string | undefined {
  const expectedSeq = (previous?.seq ?? 0) + 1;
  if (next.seq !== expectedSeq) return `event ${expectedSeq} is missing; event ${next.seq} follows`;
  if (next.prevHash !== (previous?.hash ?? '')) return `event ${next.seq} does not follow the event before it`;
  if (next.hash !== sha256(canonicalEvent(next))) return `event ${next.seq} does not match its hash`;
  return undefined;
}
