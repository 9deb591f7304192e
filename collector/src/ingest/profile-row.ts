import type { Point } from './points.ts';
import type { RowBinaryWriter } from './row-binary.ts';

/** Writes a point as a row of `profiles`, in the order of `FILE_TABLES.profiles`; `bounds` are those that the row keeps. */
export function writeProfileRow(
  writer: RowBinaryWriter,
  point: Point,
  arrivedAtMs: number,
  bounds: Float64Array = point.bounds,
): void {
  const { source } = point;
  writer.string(point.model);
  writer.string(point.version);
  writer.string(point.sha256);
  writer.string(source.environment);
  writer.string(source.service);
  writer.string(source.instance);
  writer.string(point.metric);
  writer.string(point.kind);
  writer.string(point.field);
  writer.string(point.role);
  writer.string(point.category);
  writer.string(point.predictionLabel);
  writer.string(point.segment);
  writer.string(point.servingRole);
  writer.string(point.layout);
  writer.uint8(point.sampling);
  writer.int64(point.startNs);
  writer.int64(point.endNs);
  writer.uint64(Number.isSafeInteger(point.count) ? point.count : 0);
  writer.float64(point.sum);
  writer.float64(Number.isNaN(point.min) ? Infinity : point.min);
  writer.float64(Number.isNaN(point.max) ? -Infinity : point.max);
  writer.uint32Array(point.counts);
  writer.float64Array(bounds);
  writer.uint8(point.scale & 0xff);
  writer.uint64(point.zeroCount);
  writer.int32(point.positiveOffset);
  writer.int32(point.negativeOffset);
  writer.uint32Array(point.negativeCounts);
  writer.uint64Pair(point.seriesHigh, point.seriesLow);
  writer.int64(BigInt(arrivedAtMs));
}
