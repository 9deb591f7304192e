import type { EventStore } from '../../src/registry/event-log.ts';
import type { StoredEvent } from '../../src/store/store.ts';

/** Events in memory, with the store's promise: whose event is first at (stream, seq) has won. */
export class MemoryEventStore implements EventStore {
  readonly rows: StoredEvent[] = [];
  /** Called before each append: the place for another writer to be faster. */
  beforeAppend: () => Promise<void> = () => Promise.resolve();

  async appendEvent(event: StoredEvent): Promise<void> {
    await this.beforeAppend();
    this.rows.push(event);
  }

  readEvents({ stream, after = 0 }: { readonly stream?: string; readonly after?: number }): Promise<StoredEvent[]> {
    const winners = new Map<number, StoredEvent>();
    for (const row of this.rows) {
      if (row.stream === stream && row.seq > after && !winners.has(row.seq)) winners.set(row.seq, row);
    }
    return Promise.resolve([...winners.values()].sort((a, b) => a.seq - b.seq));
  }
}
