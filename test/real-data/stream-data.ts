import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { TextColumns } from './census-data.ts';

const folder = path.resolve(import.meta.dirname, '../../../shared/data');

/** Whether the streams with known answers lie beside the repository. */
export const hasStreams = existsSync(path.join(folder, 'README.md'));

/** Reads columns of a compressed file of `../shared/data`. */
export function readColumns(name: string): TextColumns {
  const text = gunzipSync(readFileSync(path.join(folder, name))).toString('utf8');
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const rows = lines.map((line) => line.split(','));
  return new Map(head.split(',').map((column, index) => [column, rows.map((row) => row[index] ?? '')]));
}

/** Reads a compressed JSON file of `../shared/data`. */
export function readAnswers(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(path.join(folder, name))).toString('utf8'));
}
