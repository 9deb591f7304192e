import type { Reference } from '../domain/drift/reference.ts';
import type { Blobs } from './blobs.ts';
import { readSealedRecord } from './sealed-record.ts';

/** Most references kept in memory; the one unused for longest goes first. */
const MAX_KEPT = 64;

/** References of sealed records, by hash, read when first asked for. */
export class ReferenceCache {
  readonly #blobs: Blobs;
  readonly #kept = new Map<string, Promise<Reference>>();
  /** Of those kept, the ones that are read. */
  readonly #loaded = new WeakMap<Promise<Reference>, Reference>();

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** @throws PrumoError `PRUMO_REGISTRY_CORRUPT`, `PRUMO_FORMAT_NEWER`. */
  get(hash: string): Promise<Reference> {
    const reading = this.#kept.get(hash) ?? this.#read(hash);
    // Taken out and put back: a map keeps the order of insertion.
    this.#kept.delete(hash);
    this.#kept.set(hash, reading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return reading;
  }

  /** A reference that is in memory; undefined otherwise. */
  peek(hash: string): Reference | undefined {
    const reading = this.#kept.get(hash);
    return reading && this.#loaded.get(reading);
  }

  #read(hash: string): Promise<Reference> {
    const reading = this.#blobs.get(hash).then((bytes) => readSealedRecord(bytes).reference);
    reading.then(
      (reference) => this.#loaded.set(reading, reference),
      // A failure is not kept: the file may come back from a backup.
      () => this.#kept.delete(hash),
    );
    return reading;
  }
}
