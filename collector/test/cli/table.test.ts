import { expect, test } from 'vitest';
import { formatNumber, renderTable } from '../../src/cli/table.ts';

test('columns line up, colors do not count, a line end in a name breaks nothing', () => {
  const columns = [
    { title: 'NAME', text: (row: readonly [string, number]) => row[0] },
    { title: 'ROWS', text: (row: readonly [string, number]) => String(row[1]), align: 'right' as const },
  ];
  const rows = [
    ['\u001B[31mred\u001B[39m', 5],
    ['two\nlines', 12_345],
  ] as const;
  expect(renderTable(columns, rows)).toBe(
    ['NAME        ROWS', '\u001B[31mred\u001B[39m            5', 'two lines  12345'].join('\n'),
  );
});

test('numbers are short and never wrong by more than the third digit', () => {
  expect([0.123456, 12.3456, 1234.5, 0.00012, 7, 0, null, NaN].map(formatNumber)).toEqual([
    '0.123',
    '12.3',
    '1.2e+3',
    '1.2e-4',
    '7',
    '0',
    '-',
    '-',
  ]);
});
