import { describe, expect, test } from 'vitest';
import { readAll, writeScratch } from './scratch.ts';

function read(content: string, name = 'data.ndjson') {
  return readAll(writeScratch(name, content));
}

describe('NDJSON', () => {
  test('columns are all keys; what a row lacks is null', async () => {
    const { columns, rows, places } = await read('{"a":1,"b":"x"}\r\n\n{"c":true,"a":null}\n');
    expect(columns).toEqual(['a', 'b', 'c']);
    expect(rows).toEqual([
      [1, 'x', null],
      [null, null, true],
    ]);
    expect(places).toEqual(['line 1', 'line 3']);
  });

  test('a key that comes later, in another batch, joins the columns', async () => {
    const text = `${'{"a":1}\n'.repeat(5000)}{"b":2}\n`;
    const { columns, rows } = await read(text, 'data.jsonl.gz');
    expect(columns).toEqual(['a', 'b']);
    expect(rows.length).toBe(5001);
    expect(rows[4999]).toEqual([1, null]);
    expect(rows[5000]).toEqual([null, 2]);
  });

  test('integers beyond 2^53 and line separators inside text are kept', async () => {
    const { rows } = await read('{"id":12345678901234567890,"text":"a\u2028b","x":0.12345678901234568}\n');
    expect(rows).toEqual([[12345678901234567890n, 'a\u2028b', 0.12345678901234568]]);
  });

  test.each([
    ['{"a":1}\n{"a":\n', /line 2: is no JSON/],
    ['[{"a":1}]\n', /line 1: an object is expected/],
    ['{"a":[1]}\n', /line 1: "a" holds a list or an object/],
    ['\n\n', /holds no rows/],
  ])('%j is refused with the place', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
});
