import { predictionSchema } from '../api/prediction.ts';
import { checkInput } from '../errors/check-input.ts';
import { checkRowTime } from './check-row-time.ts';
import { readNdjsonRecords } from './ndjson-records.ts';
import { writePredictionRow } from './prediction-row.ts';
import { createRecordsReceiver, type ReceiveRecords, type RecordsOptions } from './receive-records.ts';

/** Creates the receiver of predictions: NDJSON, a row as `predictionSchema` says. See `createRecordsReceiver`. */
export function createPredictionsReceiver(options: RecordsOptions): ReceiveRecords {
  return createRecordsReceiver(
    {
      table: 'predictions',
      readers: {
        'application/x-ndjson': readNdjsonRecords,
        'application/ndjson': readNdjsonRecords,
        'application/jsonl': readNdjsonRecords,
      },
      write: (writer, { line, value }, { now, scopes }) => {
        const prediction = checkInput(predictionSchema, value, { code: 'PRUMO_INPUT_INVALID', what: `line ${line}` });
        checkRowTime(line, prediction.time, now.getTime(), scopes.includes('write'));
        writePredictionRow(writer, prediction, now.getTime());
      },
    },
    options,
  );
}
