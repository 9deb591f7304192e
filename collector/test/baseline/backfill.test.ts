import { expect, test } from 'vitest';
import type { LayoutsAnswer } from '../../src/api/layouts.ts';
import { profileDays } from '../../src/baseline/backfill.ts';
import { encodeMetrics } from '../../src/baseline/otlp-json-export.ts';
import { surveyRows } from '../../src/baseline/survey-rows.ts';
import { checkRules, refusalOf } from '../../src/ingest/check.ts';
import { decodeOtlpJson } from '../../src/ingest/otlp-json.ts';
import type { Point } from '../../src/ingest/points.ts';
import { writeScratch } from '../data-files/scratch.ts';

const FIELDS: LayoutsAnswer['fields'] = [
  {
    name: 'age',
    role: 'input',
    type: 'numeric',
    tensor: 'age',
    column: null,
    elementType: 'float32',
    missing: [],
    layout: { hash: 'b'.repeat(32), kind: 'edges', bounds: [18, 65] },
  },
  { name: 'x', role: 'input', type: 'numeric', tensor: 'x', column: null, elementType: 'float64', missing: [] },
  {
    name: 'word',
    role: 'input',
    type: 'categorical',
    tensor: 'word',
    column: null,
    elementType: 'string',
    missing: [],
  },
];
const ORIGIN = { model: 'm', version: '1', sha256: null, instance: 'i', environment: 'production' };

const CSV = `at,channel,age,x,word
2026-01-01T00:10:00Z,app,17,1.5,a
2026-01-02T05:00:00Z,web,,-2,b
2026-01-01T00:50:00Z,app,40,0,a
2026-01-01T23:59:59Z,,abc,1e300,
2026-01-02T05:30:00Z,web,70,3,b
`;

async function exportDays(text: string, maxGroups = 100) {
  const source = { path: writeScratch('rows.csv', text), fields: FIELDS, timeColumn: 'at', segments: ['channel'] };
  const survey = await surveyRows(source, { kind: 'time' }, maxGroups);
  const days: Point[][] = [];
  for await (const windows of profileDays(source, FIELDS, { kind: 'time' }, survey)) {
    const requests = [...encodeMetrics(windows, FIELDS, ORIGIN)];
    days.push(requests.flatMap(({ body }) => [...decodeOtlpJson(Buffer.from(body))]));
  }
  return { survey, days };
}

test('each row is in one hour and segment, one day per request; the receiver refuses nothing', async () => {
  const { survey, days } = await exportDays(CSV);
  expect(survey.rows).toBe(5);
  expect([survey.startMs, survey.endMs]).toEqual([Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2, 6)]);
  for (const points of days) {
    const dates = new Set(points.map(({ startNs }) => Number(startNs / 86_400_000_000_000n)));
    expect(dates.size).toBe(1);
    for (const point of points) {
      expect(refusalOf(point, checkRules(Date.UTC(2026, 5, 1), true))).toBe(undefined);
      expect(point.endNs - point.startNs).toBe(3_600_000_000_000n);
    }
  }
  const rows = days.flat().filter(({ metric }) => metric === 'ml.inference.rows');
  const counted = rows.map(({ startNs, segment, count }) => [
    new Date(Number(startNs / 1_000_000n)).toISOString(),
    segment,
    count,
  ]);
  expect(counted).toEqual(
    expect.arrayContaining([
      ['2026-01-01T00:00:00.000Z', 'channel=app', 2],
      ['2026-01-01T23:00:00.000Z', '', 1],
      ['2026-01-02T05:00:00.000Z', 'channel=web', 2],
    ]),
  );
  expect(counted.length).toBe(3);
});

test('values, missing and invalid cells arrive as they were counted', async () => {
  const points = (await exportDays(CSV)).days.flat();
  const of = (field: string, metric: string) =>
    points.filter((point) => point.field === field && point.metric === metric);
  const [app] = of('age', 'ml.field.value').filter(({ segment }) => segment === 'channel=app');
  expect([app?.count, app?.sum, app?.min, app?.max, app?.layout]).toEqual([2, 57, 17, 40, 'b'.repeat(32)]);
  expect(Array.from(app?.counts ?? [])).toEqual([1, 1, 0]);
  expect(of('age', 'ml.field.missing').map(({ count, segment }) => [count, segment])).toEqual([[1, 'channel=web']]);
  expect(of('age', 'ml.field.invalid').map(({ count }) => count)).toEqual([1]);
  expect(of('x', 'ml.field.value').every(({ kind }) => kind === 'exponential')).toBe(true);
  expect(of('x', 'ml.field.value').reduce((sum, { count }) => sum + count, 0)).toBe(5);
  expect(of('word', 'ml.field.category').map(({ category, count }) => [category, count])).toEqual(
    expect.arrayContaining([
      ['a', 2],
      ['b', 2],
    ]),
  );
});

test('rows far out of order are refused before anything is sent, with what to do', async () => {
  await expect(exportDays(CSV, 2)).rejects.toThrow(
    /3 windows and segments would be open at a time; at most 2.*Sort the file/,
  );
});

test('a time that cannot be read, and a missing column, name their place', async () => {
  await expect(exportDays(CSV.replace('2026-01-02T05:00:00Z', 'yesterday'))).rejects.toThrow(
    /rows\.csv, line 3: time column "at" holds "yesterday"; ISO 8601/,
  );
  await expect(exportDays(CSV.replace('age', 'agee'))).rejects.toThrow(
    /there is no column "age"; did you mean "agee"\?/,
  );
});
