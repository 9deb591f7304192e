import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { openDataFile } from '../../src/data-files/open-data-file.ts';
import type { Cell } from '../../src/data-files/data-batch.ts';

/** Writes a file into a folder that is removed after the test; a name ending in .gz is compressed. */
export function writeScratch(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'prumo-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(content) : content);
  return path;
}

export interface ReadFile {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly places: readonly string[];
}

/** All rows of a data file. */
export async function readAll(path: string): Promise<ReadFile> {
  const rows: Cell[][] = [];
  const places: string[] = [];
  let columns: readonly string[] = [];
  for await (const batch of openDataFile(path)) {
    columns = batch.columns;
    for (let row = 0; row < batch.rowCount; row++) {
      rows.push(batch.values.map((column) => column[row] ?? null));
      places.push(batch.placeOf(row));
    }
  }
  return { columns, rows, places };
}
