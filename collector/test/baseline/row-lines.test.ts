import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineGroups } from '../../src/baseline/line-groups.ts';
import { openRows } from '../../src/baseline/open-rows.ts';
import { RowLines, type RowBody } from '../../src/baseline/row-lines.ts';
import { surveyRows } from '../../src/baseline/survey-rows.ts';
import { writeScratch } from '../data-files/scratch.ts';

const ORIGIN = { model: 'm', version: '1', sha256: null, instance: 'i', environment: 'test' };

test('every line is given out once, with lines of its group alone; what is held is bounded', () => {
  const long = 'x'.repeat(1_000_000);
  const line = fc.record({ group: fc.integer({ min: 0, max: 40 }), isLong: fc.boolean() });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 120 }), (lines) => {
      const groups = new LineGroups();
      const given: string[] = [];
      let held = 0;
      const take = (bodies: Iterable<{ readonly text: string; readonly rows: number }>): void => {
        for (const { text, rows } of bodies) {
          const parts = text.split('\n');
          expect(parts.length).toBe(rows);
          expect(new Set(parts.map((part) => part.split(' ', 1)[0])).size).toBe(1);
          given.push(...parts);
          held -= parts.reduce((sum, part) => sum + part.length, 0);
        }
      };
      const all = lines.map(({ group, isLong }, i) => `${group} ${i} ${isLong ? long : ''}`);
      for (const [i, text] of all.entries()) {
        held += text.length;
        take(groups.add(lines[i]!.group, text));
        expect(held).toBeLessThan(64_000_000);
      }
      take(groups.endAll());
      expect(held).toBe(0);
      expect(new Set(given)).toEqual(new Set(all));
      expect(given.length).toBe(all.length);
    }),
    { numRuns: 30 },
  );
});

async function bodiesOf(text: string, windowing: Parameters<typeof surveyRows>[1]): Promise<RowBody[]> {
  const timeColumn = windowing.kind === 'time' ? 'at' : undefined;
  const record = { id: 'id', label: 'label' };
  const source = { path: writeScratch('rows.csv', text), fields: [], timeColumn, record };
  const survey = await surveyRows(source, windowing, 100);
  const wanted = { withPredictions: true, withLabels: true };
  const lines = new RowLines({ origin: ORIGIN, outputs: [], segments: [], windowing, survey, ...wanted });
  const bodies: RowBody[] = [];
  for await (const batch of openRows(source)) bodies.push(...lines.add(batch));
  return [...bodies, ...lines.end()];
}

interface Line {
  readonly id: string;
  readonly time: string;
}

const parse = ({ text }: RowBody): Line[] => text.split('\n').map((line) => JSON.parse(line) as Line);

test('predictions go day by day, each with its own time; labels come together', async () => {
  const rows = Array.from({ length: 9000 }, (_, i) => {
    const at = new Date(Date.UTC(2026, 0, 1 + (i % 3)) + i * 1000 + 7).toISOString();
    return `row-${i},${at},${i % 2 === 0 ? i : ''}`;
  });
  const bodies = await bodiesOf(`id,at,label\n${rows.join('\n')}`, { kind: 'time' });
  const predictions = bodies.filter(({ kind }) => kind === 'predictions');
  expect(predictions.map(({ rows: count }) => count)).toEqual([3000, 3000, 3000]);
  for (const body of predictions) expect(new Set(parse(body).map(({ time }) => time.slice(0, 10))).size).toBe(1);
  const sent = predictions.flatMap(parse).map(({ id, time }) => `${id},${time}`);
  expect(new Set(sent)).toEqual(new Set(rows.map((row) => row.split(',', 2).join(','))));
  expect(bodies.filter(({ kind }) => kind === 'labels').map(({ rows: count }) => count)).toEqual([4500]);
});

test('without times, a prediction has the start of its window, the same at each repeat', async () => {
  const startMs = Date.UTC(2026, 0, 1, 23);
  const windowing = { kind: 'runs', startMs, windowMs: 3_600_000, rowsPerWindow: 2 } as const;
  const bodies = await bodiesOf('id,label\na,\nb,\nc,\n', windowing);
  expect(bodies.flatMap(parse).map(({ id, time }) => [id, time])).toEqual([
    ['a', '2026-01-01T23:00:00.000Z'],
    ['b', '2026-01-01T23:00:00.000Z'],
    ['c', '2026-01-02T00:00:00.000Z'],
  ]);
  expect(bodies.map(({ rows }) => rows)).toEqual([2, 1]);
});
