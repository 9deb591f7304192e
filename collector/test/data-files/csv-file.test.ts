import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAll, writeScratch } from './scratch.ts';

function read(content: string | Uint8Array, name = 'data.csv') {
  return readAll(writeScratch(name, content));
}

function quote(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

describe('CSV', () => {
  test('any text survives, whatever the line end; empty cells are null', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'é', '😀', ';', '\t') });
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), async (rows, end, zipped) => {
        const header = rows[0]!.map((_, i) => `c${i}`);
        const text = [header, ...rows].map((row) => row.map(quote).join(',')).join(end);
        const result = await read(text, zipped ? 'data.csv.gz' : 'data.csv');
        expect(result.columns).toEqual(header);
        expect(result.rows).toEqual(rows.map((row) => row.map((value) => (value === '' ? null : value))));
      }),
      { numRuns: 60 },
    );
  });

  test('batches join: 10,000 rows, each with the line where it begins', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `${i},"two\nlines"`);
    const { rows, places } = await read(['n,text', ...lines].join('\n'));
    expect(rows.length).toBe(10_000);
    expect(rows[9_999]).toEqual(['9999', 'two\nlines']);
    expect([places[0], places[1], places[9_999]]).toEqual(['line 2', 'line 4', 'line 20000']);
  });

  test('a byte order mark, blank lines and a missing last line end do not matter', async () => {
    const { columns, rows } = await read('\uFEFFa,b\r\n\r\n1,2\r\n\r\n3,');
    expect(columns).toEqual(['a', 'b']);
    expect(rows).toEqual([
      ['1', '2'],
      ['3', null],
    ]);
  });

  test('tabs separate the cells of .tsv', async () => {
    expect((await read('a\tb\n1,5\t2', 'data.tsv')).rows).toEqual([['1,5', '2']]);
  });

  test('a header alone is a table of no rows', async () => {
    expect((await read('a,b\n')).rows).toEqual([]);
  });

  const refused: [string, string | Uint8Array, RegExp][] = [
    ['too few cells', 'a,b\n1,2\n3\n', /data\.csv, line 3: 1 cells; the header has 2 columns/],
    ['too many cells', 'a,b\n1,2,3\n', /line 2: 3 cells; the header has 2 columns/],
    ['an open quote', 'a,b\n1,"2\n3,4\n', /a quote is opened and never closed/],
    ['a stray quote', 'a,b\n1,x"y"\n', /line 2: a quote inside an unquoted cell/],
    ['text after a quote', 'a,b\n1,"x"y\n', /line 2: text follows a closing quote/],
    ['a repeated column', 'a,a\n1,2\n', /line 1: two columns are named "a"/],
    ['semicolons', 'a;b\n1;2\n', /separated by ";"; write the file with commas/],
    ['nothing', '', /is empty; a header line/],
    ['UTF-16', Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le'), /is not UTF-8 text/],
    ['Latin-1', Buffer.from('a\ncaf\xe9\n', 'latin1'), /is not UTF-8 text/],
  ];
  test.each(refused)('%s: refused with the place', async (_what, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
    await expect(read(content)).rejects.toMatchObject({ code: 'PRUMO_DATA_INVALID' });
  });

  test('a cut gzip file is refused', async () => {
    const { gzipSync } = await import('node:zlib');
    const whole = gzipSync('a,b\n' + '1,2\n'.repeat(1000));
    const path = writeScratch('data.csv', '');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${path}.gz`, whole.subarray(0, whole.length - 12));
    await expect(readAll(`${path}.gz`)).rejects.toThrow(/is no complete gzip file/);
  });

  test('no file, a folder, an unknown ending', async () => {
    await expect(readAll('/nowhere/x.csv')).rejects.toMatchObject({ code: 'PRUMO_FILE_UNREADABLE' });
    await expect(readAll('/nowhere/x.xlsx')).rejects.toMatchObject({ code: 'PRUMO_DATA_FORMAT_UNKNOWN' });
    await expect(readAll('/nowhere/x.constructor')).rejects.toMatchObject({ code: 'PRUMO_DATA_FORMAT_UNKNOWN' });
    await expect(readAll('/nowhere/x.parquet')).rejects.toThrow(/there is no such file/);
  });
});
