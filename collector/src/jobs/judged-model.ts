import type { ModelFile } from '../api/model-file.ts';
import type { Reference, ReferenceField } from '../domain/drift/reference.ts';

/** What judging needs to know of one registered version. */
export interface JudgedVersion {
  readonly modelFile: ModelFile;
  readonly registeredAt: Date;
  /** The sealed baseline in force; absent before one is registered. */
  readonly reference?: Reference;
  /** Hash of the layout that a field is judged in. */
  readonly layoutHash: (field: ReferenceField) => string;
}

/** What judging asks the registry. */
export interface VersionSource {
  /** Names of the registered models. */
  models(): readonly string[];
  /** The registered version that ran: the hash wins over the reported name; undefined if neither is registered. */
  resolveVersion(model: string, sha256: string, reportedVersion: string): string | undefined;
  version(model: string, version: string): Promise<JudgedVersion | undefined>;
  /** Bounds of a registered numeric layout, by hash. */
  boundsOf(hash: string): readonly number[] | undefined;
}
