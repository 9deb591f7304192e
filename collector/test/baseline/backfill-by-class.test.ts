import { expect, test } from 'vitest';
import type { LayoutsAnswer } from '../../src/api/layouts.ts';
import { profileDays } from '../../src/baseline/backfill.ts';
import { encodeMetrics } from '../../src/baseline/otlp-json-export.ts';
import { createPredictedClasses } from '../../src/baseline/predicted-classes.ts';
import { surveyRows } from '../../src/baseline/survey-rows.ts';
import { predictionOutputsOf } from '../../src/domain/performance/prediction-outputs.ts';
import { decodeOtlpJson } from '../../src/ingest/otlp-json.ts';
import type { Point } from '../../src/ingest/points.ts';
import { writeScratch } from '../data-files/scratch.ts';

const ORIGIN = { model: 'm', version: '1', sha256: null, instance: 'i', environment: 'production' };

type LayoutField = LayoutsAnswer['fields'][number];

function scoreField(name: string): LayoutField {
  const layout: LayoutField['layout'] = { hash: 'b'.repeat(32), kind: 'edges', bounds: [0.25, 0.5] };
  return {
    name,
    role: 'output',
    type: 'numeric',
    tensor: name,
    column: null,
    elementType: 'float64',
    missing: [],
    predictionLabel: name,
    outputRole: 'score',
    layout,
  };
}

const FIELDS = [scoreField('cat'), scoreField('dog')];

const CSV = `at,cat,dog
2026-01-01T00:10:00Z,0.9,0.1
2026-01-01T00:20:00Z,0.3,0.7
2026-01-01T00:30:00Z,0.6,0.4
2026-01-01T00:40:00Z,,0.4
`;

async function exportPoints(task: 'binary' | 'multiclass'): Promise<Point[]> {
  const source = { path: writeScratch('rows.csv', CSV), fields: FIELDS, timeColumn: 'at' };
  const outputs = FIELDS.map(({ name }) => ({ name, role: 'score', class: name }) as const);
  const classes = createPredictedClasses(predictionOutputsOf(task, outputs));
  const survey = await surveyRows(source, { kind: 'time' }, 100);
  const points: Point[] = [];
  for await (const windows of profileDays(source, FIELDS, { kind: 'time' }, survey, undefined, classes)) {
    for (const { body } of encodeMetrics(windows, FIELDS, ORIGIN)) points.push(...decodeOtlpJson(Buffer.from(body)));
  }
  return points;
}

function summarize(points: readonly Point[], metric: string) {
  const own = points.filter((point) => point.metric === metric);
  return own.map(({ field, predictionLabel, count, counts }) => [field, predictionLabel, count, [...counts]]);
}

test('class scores of a multiclass model are counted by predicted class; a row whose class cannot be told, by none', async () => {
  const points = await exportPoints('multiclass');
  expect(summarize(points, 'ml.field.value')).toEqual(
    expect.arrayContaining([
      ['cat', 'cat', 2, [0, 0, 2]],
      ['dog', 'cat', 2, [1, 1, 0]],
      ['cat', 'dog', 1, [0, 1, 0]],
      ['dog', 'dog', 1, [0, 0, 1]],
      ['dog', '', 1, [0, 1, 0]],
    ]),
  );
  expect(summarize(points, 'ml.field.value').length).toBe(5);
  // Missing rows are counted once.
  expect(summarize(points, 'ml.field.missing')).toEqual([['cat', '', 1, []]]);
  expect(summarize(points, 'ml.inference.rows').map(([, , rows]) => rows)).toEqual([4]);
});

test('scores of other models carry no predicted class', async () => {
  expect(summarize(await exportPoints('binary'), 'ml.field.value')).toEqual([
    ['cat', '', 3, [0, 1, 2]],
    ['dog', '', 4, [1, 2, 1]],
  ]);
});
