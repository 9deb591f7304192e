import { describe, expect, it } from 'vitest';
import { applyMigrations, loadMigrations, type MigrationTarget } from '../../src/store/migrate.ts';

type Applied = Awaited<ReturnType<MigrationTarget['readApplied']>>[number];

function memoryTarget(): MigrationTarget & { readonly ran: string[]; readonly applied: Applied[] } {
  const ran: string[] = [];
  const applied: Applied[] = [];
  return {
    ran,
    applied,
    run: (statement) => Promise.resolve(void ran.push(statement)),
    readApplied: () => Promise.resolve([...applied]),
    record: (row) => Promise.resolve(void applied.push(row)),
  };
}

const one = { number: 1, name: '0001_one.sql', text: 'CREATE a;\nCREATE b;\n' };
const two = { number: 2, name: '0002_two.sql', text: 'CREATE c;\n' };

describe('migrations', () => {
  it('run once each, in order, and only what is new', async () => {
    const target = memoryTarget();
    await applyMigrations(target, [one]);
    await applyMigrations(target, [one, two]);
    expect(target.ran.filter((statement) => /^CREATE [abc]$/.test(statement.trim()))).toEqual([
      'CREATE a',
      'CREATE b',
      'CREATE c',
    ]);
    expect(target.applied.map((row) => row.number)).toEqual([1, 2]);
  });

  it('refuse a store that a newer Prumo wrote', async () => {
    const target = memoryTarget();
    await applyMigrations(target, [one, two]);
    await expect(applyMigrations(target, [one])).rejects.toMatchObject({ code: 'PRUMO_STORE_NEWER' });
  });

  it('refuse a migration that was changed after it was applied', async () => {
    const target = memoryTarget();
    await applyMigrations(target, [one]);
    const changed = { ...one, text: `${one.text}-- changed\n` };
    await expect(applyMigrations(target, [changed])).rejects.toMatchObject({ code: 'PRUMO_MIGRATION_CHANGED' });
  });

  it('are numbered without gaps', () => {
    expect(loadMigrations().map((migration) => migration.number)).toEqual(
      loadMigrations().map((_, index) => index + 1),
    );
  });
});
