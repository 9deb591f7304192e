import { randomUUID } from 'node:crypto';
import { chainEvent, findBreak } from '../domain/registry/chain.ts';
import type { RecordedEvent, RegistryEvent } from '../domain/registry/event.ts';
import { PrumoError } from '../errors/prumo-error.ts';
import type { Store, StoredEvent } from '../store/store.ts';
import { decodeEvent, encodeEvent } from './event-codec.ts';
import { sha256 } from './sha256.ts';

/** What the log needs of the store. */
export type EventStore = Pick<Store, 'appendEvent' | 'readEvents'>;

/** The stream of models, versions and baselines. */
const REGISTRY_STREAM = 'registry';

/** Attempts to win a place in the stream before giving up. */
const MAX_ATTEMPTS = 10;

/** What the log is made of. */
export interface EventLogOptions {
  readonly store: EventStore;
  readonly now: () => Date;
  /** Called for each event, in order, when it is known to have won its place. */
  readonly onEvent: (event: RecordedEvent) => void;
}

/**
 * The chain of events, shared by all collectors on one store.
 *
 * An event is written under its number and read back: whose id is first there has won. The loser sees the winner's event and
 * decides again.
 */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly #events: RecordedEvent[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  /** All events known, in order. */
  get events(): readonly RecordedEvent[] {
    return this.#events;
  }

  /** Reads what others have appended. @throws PrumoError `PRUMO_REGISTRY_CORRUPT` where the chain does not hold. */
  refresh(): Promise<void> {
    return this.#exclusively(async () => void (await this.#catchUp()));
  }

  /**
   * Appends the events that `decide` gives, one after the other. It is asked again after each event of another writer, and sees
   * the effects of all events until then; an empty list ends it.
   *
   * @throws PrumoError `PRUMO_REGISTRY_CONTENDED`, what `decide` throws, and what the store throws.
   */
  append(decide: () => readonly RegistryEvent[], actor: string): Promise<void> {
    return this.#exclusively(async () => {
      await this.#catchUp();
      for (let lost = 0; lost < MAX_ATTEMPTS;) {
        const [event] = decide();
        if (event === undefined) return;
        if (!(await this.#tryAppend(event, actor))) lost++;
      }
      const message = `lost its place to other writers ${MAX_ATTEMPTS} times`;
      throw new PrumoError('PRUMO_REGISTRY_CONTENDED', `the registry: ${message}`);
    });
  }

  async #tryAppend(event: RegistryEvent, actor: string): Promise<boolean> {
    const previous = this.#events.at(-1);
    const place = { stream: REGISTRY_STREAM, seq: (previous?.seq ?? 0) + 1, prevHash: previous?.hash ?? '' };
    const recorded = chainEvent({ ...place, at: this.#options.now(), actor, event }, sha256);
    const eventId = randomUUID();
    await this.#options.store.appendEvent(encodeEvent(recorded, eventId));
    const winners = await this.#catchUp();
    return winners.some((winner) => winner.eventId === eventId);
  }

  async #catchUp(): Promise<StoredEvent[]> {
    const after = this.#events.at(-1)?.seq ?? 0;
    const stored = await this.#options.store.readEvents({ stream: REGISTRY_STREAM, after });
    for (const row of stored) {
      const event = decodeEvent(row);
      const broken = findBreak(this.#events.at(-1), event, sha256);
      if (broken !== undefined) throw new PrumoError('PRUMO_REGISTRY_CORRUPT', `the registry: ${broken}`);
      this.#events.push(event);
      this.#options.onEvent(event);
    }
    return stored;
  }

  #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}
