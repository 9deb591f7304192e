import type { Label } from '../api/label.ts';
import type { RowBinaryWriter } from './row-binary.ts';

/** Writes a label as a row of `labels`, in the order of `FILE_TABLES.labels`. */
export function writeLabelRow(writer: RowBinaryWriter, label: Label, arrivedAtMs: number): void {
  writer.string(label.model ?? '');
  writer.string(label.prediction_id);
  writer.string(label.label);
  writer.nullable(label.time ?? null, (timeMs) => writer.int64(BigInt(timeMs)));
  writer.int64(BigInt(arrivedAtMs));
}
