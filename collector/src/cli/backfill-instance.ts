import { createHash } from 'node:crypto';

/** What makes two backfills the same one: the later replaces the earlier. */
export interface BackfillIdentity {
  readonly model: string;
  readonly version: string;
  readonly environment: string;
  /** Base name of the data file, or what the user calls it. */
  readonly name: string;
}

/**
 * The `service.instance.id` of a backfill. It does not depend on the rows: points of a corrected file have the identity of those
 * that they correct.
 */
export function backfillInstance({ model, version, environment, name }: BackfillIdentity): string {
  const text = JSON.stringify([model, version, environment, name]);
  return `backfill-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
