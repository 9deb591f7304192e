import { EVENT_FORMAT, type RecordedEvent, type RegistryEvent } from '../domain/registry/event.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { StoredEvent } from '../store/store.ts';

const EVENT_TYPES: Readonly<Record<RegistryEvent['type'], true>> = {
  ModelRegistered: true,
  VersionRegistered: true,
  OnnxAttached: true,
  BaselineSealed: true,
};

/** The event as it is stored: its content as JSON with a format number. */
export function encodeEvent({ event, ...place }: RecordedEvent, eventId: string): StoredEvent {
  return { ...place, eventId, type: event.type, payload: JSON.stringify({ format: EVENT_FORMAT, event }) };
}

/**
 * Reads what `encodeEvent` wrote.
 *
 * @throws PrumoError `PRUMO_FORMAT_NEWER`, `PRUMO_REGISTRY_CORRUPT`.
 */
export function decodeEvent({ stream, seq, at, actor, prevHash, hash, payload }: StoredEvent): RecordedEvent {
  const { format, event } = parsePayload(payload, seq);
  if (typeof format === 'number' && format > EVENT_FORMAT) {
    const message = `event ${seq} of the registry has format ${format}; this Prumo reads up to ${EVENT_FORMAT}`;
    throw new PrumoError('PRUMO_FORMAT_NEWER', message);
  }
  if (!isEvent(event)) throw new PrumoError('PRUMO_REGISTRY_CORRUPT', `event ${seq} of the registry has no known type`);
  return { stream, seq, at, actor, event, prevHash, hash };
}

function parsePayload(payload: string, seq: number): { format?: unknown; event?: unknown } {
  try {
    const content = JSON.parse(payload) as unknown;
    return typeof content === 'object' && content !== null ? content : {};
  } catch (cause) {
    throw new PrumoError('PRUMO_REGISTRY_CORRUPT', `event ${seq} of the registry cannot be read`, { cause });
  }
}

/** What the type says of the rest is vouched for by the hash of the event. */
function isEvent(value: unknown): value is RegistryEvent {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return typeof value.type === 'string' && Object.hasOwn(EVENT_TYPES, value.type);
}
