import type { StoredSeries } from './store.ts';

/** A row of `queries/read-series.sql`, in its order. JSON has no infinities: they come as text. */
export type SeriesRow = [
  model: string,
  environment: string,
  windowStart: number,
  version: string,
  sha256: string,
  metric: string,
  kind: StoredSeries['kind'],
  field: string,
  role: string,
  category: string,
  predictionLabel: string,
  segment: string,
  servingRole: string,
  layout: string,
  bounds: number[],
  sampling: number,
  count: number,
  sum: number | string,
  min: number | string,
  max: number | string,
  counts: number[],
  scale: number,
  zeroCount: number,
  positiveOffset: number,
  negativeOffset: number,
  negativeCounts: number[],
  points: number,
];

/** The group of a row. */
export function fromSeriesRow(row: SeriesRow): StoredSeries {
  return {
    model: row[0],
    environment: row[1],
    windowStart: new Date(row[2]),
    version: row[3],
    sha256: row[4],
    metric: row[5],
    kind: row[6],
    field: row[7],
    role: row[8],
    category: row[9],
    predictionLabel: row[10],
    segment: row[11],
    servingRole: row[12],
    layout: row[13],
    bounds: row[14],
    sampling: row[15],
    count: row[16],
    sum: toDouble(row[17]),
    min: toDouble(row[18]),
    max: toDouble(row[19]),
    counts: row[20],
    scale: row[21],
    zeroCount: row[22],
    positiveOffset: row[23],
    negativeOffset: row[24],
    negativeCounts: row[25],
    points: row[26],
  };
}

function toDouble(value: number | string): number {
  if (typeof value === 'number') return value;
  if (value === 'inf') return Infinity;
  return value === '-inf' ? -Infinity : NaN;
}
