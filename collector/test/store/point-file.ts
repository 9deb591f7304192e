import { writeFile } from 'node:fs/promises';
import { createPoint, type Point } from '../../src/ingest/points.ts';
import { writeProfileRow } from '../../src/ingest/profile-row.ts';
import { RowBinaryWriter } from '../../src/ingest/row-binary.ts';

/** Hour in which test points lie. */
export const HOUR = Date.UTC(2026, 0, 5, 10);
const MINUTE_MS = 60_000;

/** A point of `credit` over two bounds, of minute `minute` of the hour; `changes` replace its members. */
export function edgesPoint(minute: number, changes: Partial<Point> & { instance?: string } = {}): Point {
  const { instance = 'pod-1', ...rest } = changes;
  const source = { service: 's', instance, environment: 'production', high: 1, low: 1 };
  const startNs = BigInt(HOUR + minute * MINUTE_MS) * 1_000_000n;
  return {
    ...createPoint(source, 'ml.field.value', 'edges', 'delta'),
    model: 'credit',
    version: '3',
    field: 'income',
    role: 'input',
    startNs,
    endNs: startNs + 60_000_000_000n,
    count: 6,
    sum: 1.5,
    min: -1,
    max: 2,
    counts: Uint32Array.of(1, 2, 3),
    bounds: Float64Array.of(0, 1),
    seriesHigh: 7,
    seriesLow: 9,
    ...rest,
  };
}

/** Writes points as the RowBinary file that a store takes. */
export async function writePoints(path: string, points: readonly Point[], arrivedAtMs = HOUR): Promise<string> {
  const writer = new RowBinaryWriter();
  for (const point of points) writeProfileRow(writer, point, arrivedAtMs);
  await writeFile(path, writer.bytes());
  return path;
}
