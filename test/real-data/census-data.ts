import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = path.resolve(import.meta.dirname, '../../../shared/data/us-census');

/** Whether the US Census stream lies beside the repository. */
export const hasCensusData = existsSync(path.join(folder, 'reference.csv.gz'));

/** Columns of a comma-separated file without quotes, by name. */
export type TextColumns = ReadonlyMap<string, readonly string[]>;

/** Reads a file of the folder, also compressed. */
export function readCensusColumns(name: string): TextColumns {
  const bytes = readFileSync(path.join(folder, name));
  const [head = '', ...lines] = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const rows = lines.map((line) => line.split(','));
  return new Map(head.split(',').map((column, index) => [column, rows.map((row) => row[index] ?? '')]));
}
