import { PrumoError } from '../errors/prumo-error.ts';
import type { DataBatch } from './data-batch.ts';

/**
 * Rows of a data file in batches, in the order of the file. The name's ending chooses the format: `.csv`, `.tsv`,
 * `.ndjson` or `.jsonl`, each also with `.gz`, and `.parquet`.
 *
 * @throws PrumoError, at once, `PRUMO_DATA_FORMAT_UNKNOWN`; while reading, `PRUMO_FILE_UNREADABLE` and
 * `PRUMO_DATA_INVALID` with file, line and what is allowed.
 */
export function openDataFile(path: string): AsyncIterable<DataBatch> {
  const ending = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const reader = Object.hasOwn(READERS, ending) ? READERS[ending] : undefined;
  if (reader === undefined || (ending === 'parquet' && path.endsWith('.gz'))) {
    const allowed = '.csv, .tsv, .ndjson, .jsonl (each also with .gz) and .parquet';
    throw new PrumoError('PRUMO_DATA_FORMAT_UNKNOWN', `${path}: the ending names no known format; known: ${allowed}`);
  }
  return reader(path);
}

const READERS: Readonly<Record<string, (path: string) => AsyncIterable<DataBatch>>> = {
  csv: (path) => readCsvFile(path, ','),
  tsv: (path) => readCsvFile(path, '\t'),
  ndjson: readNdjsonFile,
  jsonl: readNdjsonFile,
  parquet: readParquetFile,
};

// Each parser is loaded when a file of its format is read.
async function* readCsvFile(path: string, delimiter: string): AsyncGenerator<DataBatch> {
  yield* (await import('./csv-file.ts')).readCsv(path, delimiter);
}

async function* readNdjsonFile(path: string): AsyncGenerator<DataBatch> {
  yield* (await import('./ndjson-file.ts')).readNdjson(path);
}

async function* readParquetFile(path: string): AsyncGenerator<DataBatch> {
  yield* (await import('./parquet-file.ts')).readParquet(path);
}
