import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { applyMigrations, loadMigrations } from '../../src/store/migrate.ts';

/** Columns (name and type) by table. */
type Tables = Record<string, readonly string[]>;

/** What the statements of all migrations create. */
async function createdTables(): Promise<Tables> {
  const tables: Record<string, readonly string[]> = {};
  const run = (statement: string): Promise<void> => {
    const [, table, body] = /CREATE TABLE IF NOT EXISTS prumo\.(\w+)\s*\((.*?)\)\s*ENGINE/s.exec(statement) ?? [];
    const [, altered, changes] = /^(?:--.*\n|\s)*ALTER TABLE prumo\.(\w+)\s(.*)$/s.exec(statement) ?? [];
    if (table !== undefined && body !== undefined) tables[table] = columnsOf(body);
    else if (altered !== undefined && changes !== undefined) {
      tables[altered] = alterColumns(tables[altered] ?? [], changes);
    } else expect(statement).toBe('CREATE DATABASE IF NOT EXISTS prumo');
    return Promise.resolve();
  };
  const target = { run, readApplied: () => Promise.resolve([]), record: () => Promise.resolve() };
  await applyMigrations(target, loadMigrations());
  return tables;
}

/** Splits at the commas outside parentheses. */
function columnsOf(body: string): string[] {
  const lines = body.split(/,(?![^(]*\))/).map((line) => line.trim());
  return lines.flatMap((line) => {
    const [, name, type] = /^`?(\w+)`? (.+?)(?: CODEC\b.*| DEFAULT\b.*)?$/s.exec(line) ?? [];
    return name === undefined || name === 'INDEX' ? [] : [`${name} ${type}`];
  });
}

/** Columns after an ALTER that adds some; other changes than of indexes are not expected. */
function alterColumns(columns: readonly string[], changes: string): string[] {
  const altered = [...columns];
  for (const change of changes.split(/,(?![^(]*\))/).map((line) => line.trim())) {
    const [, name, type, after] =
      /^ADD COLUMN IF NOT EXISTS (\w+) (.+?)(?: CODEC\b.*?| DEFAULT\b.*?)? AFTER (\w+)$/s.exec(change) ?? [];
    if (name === undefined) expect(change).toMatch(/^(ADD|MATERIALIZE) INDEX /);
    else altered.splice(altered.findIndex((column) => column.startsWith(`${after} `)) + 1, 0, `${name} ${type}`);
  }
  return altered;
}

function documentedTables(): Tables {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/reference/schema.md'), 'utf8');
  const sections = page.split(/^## /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      expect(section).toContain('**Which rows count.**');
      const rows = section.matchAll(/^\| `(\w+)` +\| `(.+?)` +\| \S.* +\|$/gm);
      return [/^`(\w+)`/.exec(section)?.[1] ?? section, Array.from(rows, ([, name, type]) => `${name} ${type}`)];
    }),
  );
}

it('docs/reference/schema.md has every table and column of the migrations, and no other', async () => {
  const created = await createdTables();
  expect(Object.keys(created)).toContain('predictions');
  expect(created['labels']).toContain("time Nullable(DateTime64(3, 'UTC'))");
  expect(documentedTables()).toEqual(created);
});
