import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { PrumoError } from '../errors/prumo-error.ts';

/** A numbered file of statements, applied once and never changed. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

/** What migrating asks of a store. */
export interface MigrationTarget {
  run(statement: string): Promise<void>;
  readApplied(): Promise<{ number: number; name: string; checksum: string }[]>;
  record(applied: { number: number; name: string; checksum: string }): Promise<void>;
}

const MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS prumo.migrations
(number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = MergeTree ORDER BY number`;

/** The migrations of this Prumo, in order. */
export function loadMigrations(): Migration[] {
  const folder = new URL('migrations/', import.meta.url);
  const names = readdirSync(folder).filter((name) => /^\d{4}_.*\.sql$/.test(name));
  return names.sort().map((name) => {
    return { number: Number(name.slice(0, 4)), name, text: readFileSync(new URL(name, folder), 'utf8') };
  });
}

/**
 * Applies what is missing, in order, forward only.
 *
 * Throws `PRUMO_STORE_NEWER` where the store knows a migration that this Prumo does not, and
 * `PRUMO_MIGRATION_CHANGED` where an applied one has another text now.
 */
export async function applyMigrations(target: MigrationTarget, migrations: readonly Migration[]): Promise<void> {
  await target.run('CREATE DATABASE IF NOT EXISTS prumo');
  await target.run(MIGRATIONS_TABLE);
  const applied = new Map((await target.readApplied()).map((row) => [row.number, row]));
  const known = new Set(migrations.map((migration) => migration.number));
  for (const row of applied.values()) {
    if (known.has(row.number)) continue;
    throw new PrumoError('PRUMO_STORE_NEWER', `The store has migration ${row.name}, which this Prumo does not know.`);
  }
  for (const migration of migrations) {
    const checksum = createHash('sha256').update(migration.text).digest('hex');
    const before = applied.get(migration.number);
    if (before !== undefined) {
      if (before.checksum === checksum) continue;
      throw new PrumoError('PRUMO_MIGRATION_CHANGED', `Migration ${migration.name} was applied with another text.`);
    }
    for (const statement of splitStatements(migration.text)) await target.run(statement);
    await target.record({ number: migration.number, name: migration.name, checksum });
  }
}

/** Statements end with a semicolon at the end of a line. */
function splitStatements(text: string): string[] {
  return text.split(/;[ \t]*(?:\n|$)/).filter((statement) => statement.trim() !== '');
}
