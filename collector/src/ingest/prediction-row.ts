import type { Prediction } from '../api/prediction.ts';
import { segmentText } from '../store/segment-text.ts';
import type { RowBinaryWriter } from './row-binary.ts';

/** Writes a prediction as a row of `predictions`, in the order of `FILE_TABLES.predictions`. */
export function writePredictionRow(writer: RowBinaryWriter, prediction: Prediction, arrivedAtMs: number): void {
  writer.string(prediction.model);
  writer.string(prediction.version ?? '');
  writer.string(prediction.sha256 ?? '');
  writer.string(prediction.environment);
  writer.string(segmentText(prediction.segment));
  writer.string(prediction.serving_role ?? '');
  writer.string(prediction.id);
  writer.int64(BigInt(prediction.time));
  writer.nullable(prediction.score ?? null, (score) => writer.float64(score));
  writer.string(JSON.stringify(prediction.outputs));
  writer.float64(prediction.weight);
  writer.int64(BigInt(arrivedAtMs));
  writer.string(JSON.stringify(prediction.inputs));
}
