import { query } from 'chdb';
import { describe, expect, test } from 'vitest';
import { readAll, writeScratch } from './scratch.ts';

/** Lets ClickHouse, an independent writer, write what a SELECT gives. */
function writeParquet(select: string, compression = 'zstd'): string {
  const path = writeScratch('data.parquet', '').replace('data.parquet', 'written.parquet');
  const settings = `output_format_parquet_compression_method = '${compression}', output_format_parquet_row_group_size = 3000`;
  query(`${select} INTO OUTFILE '${path}' FORMAT Parquet SETTINGS ${settings}`);
  return path;
}

describe('Parquet', () => {
  test.each(['none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli'])(
    'columns and types, compressed with %s',
    async (how) => {
      const path = writeParquet(
        `SELECT number AS n, number / 4 AS x, if(number % 2 = 0, NULL, concat('row ', toString(number))) AS text,
       CAST(number % 2 = 1 AS Bool) AS flag, toDateTime64('2026-01-31 12:00:00.250', 3, 'UTC') AS at FROM numbers(10000)`,
        how,
      );
      const { columns, rows, places } = await readAll(path);
      expect(columns).toEqual(['n', 'x', 'text', 'flag', 'at']);
      expect(rows.length).toBe(10_000);
      expect(rows.every((row, i) => Number(row[0]) === i && row[1] === i / 4)).toBe(true);
      expect(rows[9999]?.slice(2)).toEqual(['row 9999', true, new Date('2026-01-31T12:00:00.250Z')]);
      expect(rows[0]?.[2]).toBe(null);
      expect(places[9999]).toBe('row 10000');
    },
  );

  test('a column of lists is refused with its row', async () => {
    await expect(readAll(writeParquet('SELECT [1, 2] AS list'))).rejects.toThrow(/row 1: column "list" holds a list/);
  });

  test('what is no Parquet file is refused', async () => {
    await expect(readAll(writeScratch('data.parquet', 'a,b\n1,2\n'))).rejects.toThrow(/is no Parquet file/);
  });
});
